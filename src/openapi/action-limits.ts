import { operationsOf, schemasIn, type NamedOperation, type OpenApiDocument } from './document.js'

/**
 * What GPT Actions take (OpenAI's production notes on actions), in characters. Texts may reach the
 * number, answers have to stay below it.
 */
export const actionLimits = { operationText: 300, parameterText: 700, answer: 100_000 } as const

/** What a model may call a function. */
const OPERATION_ID = /^[A-Za-z0-9_-]{1,64}$/
/** What GPT Actions can't send. */
const UNSENDABLE = ['header', 'cookie']

/**
 * What of an OpenAPI document GPT Actions would not take, each fault beginning with its route. Empty
 * when all is well. Checks texts, names, servers, parameters, and that lists in answers have an end
 * (`maxItems`). Does NOT check that an answer is short enough: that is done when it is sent.
 */
export function actionFaults (document: OpenApiDocument): string[] {
  const operations = operationsOf(document)
  const servers = document.servers?.length ?? 0
  return [
    ...(servers === 1 ? [] : [`the document has ${servers} servers; GPT Actions take one`]),
    ...operations.flatMap(one => [...textFaults(one), ...parameterFaults(one), ...bodyFaults(document, one), ...serverFaults(one), ...answerFaults(document, one)]),
    ...nameFaults(operations)
  ]
}

function textFaults ({ name, operation }: NamedOperation): string[] {
  return [
    ...tooLong(`${name}: summary`, operation.summary, actionLimits.operationText),
    ...tooLong(`${name}: description, with the sentence about its permissions,`, operation.description, actionLimits.operationText)
  ]
}

function parameterFaults ({ name, operation }: NamedOperation): string[] {
  return (operation.parameters ?? []).flatMap(parameter => [
    ...tooLong(`${name}: description of "${parameter.name}"`, parameter.description, actionLimits.parameterText),
    ...(parameter.required === true && UNSENDABLE.includes(parameter.in) ? [`${name}: needs the ${parameter.in} "${parameter.name}"; GPT Actions can't send one`] : [])
  ])
}

/** The members of a body are parameters, too, to the one who calls. */
function bodyFaults (document: OpenApiDocument, { name, operation }: NamedOperation): string[] {
  const media = Object.values(operation.requestBody?.content ?? {})
  return media.flatMap(({ schema }) => schemasIn(document, schema).flatMap(({ at, schema: { description } }) =>
    tooLong(`${name}: description of body${at}`, description, actionLimits.parameterText)))
}

function serverFaults ({ name, operation }: NamedOperation): string[] {
  return operation.servers === undefined ? [] : [`${name}: has servers of its own; GPT Actions take one for the whole document`]
}

/** A list without an end grows with the data until an answer is too long. */
function answerFaults (document: OpenApiDocument, { name, operation }: NamedOperation): string[] {
  const successes = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'))
  return successes.flatMap(([status, { content = {} }]) => Object.values(content).flatMap(({ schema }) =>
    schemasIn(document, schema).filter(one => isEndless(one.schema)).map(({ at }) =>
      `${name}: answer ${status} has a list without maxItems (${at === '' ? '/' : at}); GPT Actions take answers of fewer than ${actionLimits.answer} characters`)))
}

function isEndless (schema: Readonly<Record<string, unknown>>): boolean {
  const isList = [schema['type']].flat().includes('array')
  const isTuple = Array.isArray(schema['prefixItems']) && schema['items'] === false
  return isList && !isTuple && typeof schema['maxItems'] !== 'number'
}

function nameFaults (operations: readonly NamedOperation[]): string[] {
  const seen = new Map<string, string>()
  return operations.flatMap(({ name, operation: { operationId: id } }) => {
    if (id === undefined) return [`${name}: has no operationId`]
    if (!OPERATION_ID.test(id)) return [`${name}: operationId "${id}" is not a name that a model can call: letters, digits, "_" and "-", at most 64`]
    const other = seen.get(id)
    seen.set(id, name)
    return other === undefined ? [] : [`${name}: has the same operationId "${id}" as ${other}`]
  })
}

function tooLong (what: string, text: unknown, limit: number): string[] {
  return typeof text === 'string' && text.length > limit ? [`${what} has ${text.length} characters; GPT Actions take ${limit}`] : []
}
