import { Ajv, type Options } from 'ajv'
import type { FastifyInstance, FastifySchema, FastifySchemaCompiler } from 'fastify'

/**
 * How request schemas are compiled: text in URLs is turned into the type that the schema asks for;
 * bodies are taken as they are; unknown properties are refused, never dropped (Fastify's default
 * would strip them and convert types in bodies).
 */
export function schemaCompiler (): FastifySchemaCompiler<FastifySchema> {
  const settings: Options = { useDefaults: true, removeAdditional: false, allErrors: false, keywords: ['kind', 'modifier'], formats: { uuid: true } }
  const forUrls = new Ajv({ ...settings, coerceTypes: true })
  const forBodies = new Ajv({ ...settings, coerceTypes: false })
  return ({ schema, httpPart }) => (httpPart === 'body' ? forBodies : forUrls).compile(schema)
}

/**
 * JSON is the only body there is. An empty one counts as none: many clients send the content type
 * with every request, DELETE included; where a body is needed the schema says so.
 */
export function onlyJsonBodies (app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null)
    else void parse(request, body, done)
  })
}
