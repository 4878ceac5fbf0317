import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { packageRoot } from '../../src/root.js'
import { noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'
import { runTool, toolsFolder } from './run-tool.js'

// `/openapi.json` as a deployment would publish it: the linters find nothing at all, and the types made
// from it compile. Each tool is shown a spoilt document, too, so that its silence means something.

interface Document { info: Record<string, unknown>, paths: Record<string, Record<string, Record<string, unknown>>> }

const issuer = await startIssuer(t)
const { call } = await startTestApp(t, {
  issuer,
  database: noDatabase,
  env: { PUBLIC_URL: 'https://api.example.org', REGISTRATION_TOKEN: 'registration-token-of-the-test', LOGTO_M2M_APP_ID: 'x', LOGTO_M2M_APP_SECRET: 'y' }
})
const document = await (await call('/openapi.json')).text()

async function inFile (t: Test, content: string): Promise<string> {
  const folder = t.testdir()
  await writeFile(join(folder, 'openapi.json'), content)
  return folder
}

function spoilt (change: (document: Document) => void): string {
  const copy = JSON.parse(document) as Document
  change(copy)
  return JSON.stringify(copy)
}

/** The rules of Redocly's recommended set that the document breaks. */
async function redocly (t: Test, content: string): Promise<string[]> {
  const { out, error, code } = await runTool('redocly', ['lint', 'openapi.json', '--extends', 'recommended', '--format', 'json'], await inFile(t, content))
  if (out === '') throw new Error(`redocly ended with ${code}: ${error}`)
  return (JSON.parse(out) as { problems: Array<{ ruleId: string }> }).problems.map(problem => problem.ruleId)
}

/** The rules of `spectral:oas` that the document breaks, hints included. */
async function spectral (t: Test, content: string): Promise<string[]> {
  const { out, error, code } = await runTool('spectral', ['lint', 'openapi.json', '-r', join(toolsFolder, 'spectral.json'), '-F', 'hint', '-f', 'json', '-q'], await inFile(t, content))
  if (error !== '' || code > 1) throw new Error(`spectral ended with ${code}: ${error}`)
  return (JSON.parse(out) as Array<{ code: string }>).map(result => result.code)
}

await t.test('redocly lint, recommended rules: no error and no warning', async t => t.strictSame(await redocly(t, document), []))
await t.test('redocly lint sees a licence and a security that are gone', async t => t.strictSame((await redocly(t, spoilt(({ info, paths }) => {
  delete info['license']
  delete paths['/v1/me']?.['get']?.['security']
}))).sort(), ['info-license', 'security-defined']))

await t.test('spectral lint, spectral:oas: no result of any severity', async t => t.strictSame(await spectral(t, document), []))
await t.test('spectral lint sees a missing contact and an example that does not fit', async t => t.strictSame((await spectral(t, spoilt(({ info, paths }) => {
  delete info['contact']
  const { responses } = paths['/v1/me']?.['get'] as { responses: Record<string, { content: Record<string, { example: { sub: unknown } }> }> }
  const shown = responses['200']?.content['application/json']
  if (shown) shown.example.sub = 7
}))).sort(), ['info-contact', 'oas3-valid-media-example']))

const usage = `
import type { operations, paths } from './api.js'
type Answer<T extends keyof operations> = operations[T] extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never
export const date = (forecast: Answer<'getForecast'>): string | undefined => forecast.days[0]?.date
export const kind = (forecast: Answer<'getForecast'>): 'forecast' | 'climatological-outlook' => forecast.kind
export const body: NonNullable<operations['createPlace']['requestBody']>['content']['application/json'] = { name: 'Home', latitude: 1, longitude: 2 }
export const problem = (problem: paths['/v1/places']['get']['responses'][403]['content']['application/problem+json']): string => problem.code
`

const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, module: 'nodenext', target: 'es2023', types: [] }

/** What `tsc --strict` says about the types made from the document, and about code that uses them. */
async function compiled (t: Test, code: string) {
  const folder = await inFile(t, document)
  const made = await runTool('openapi-typescript', ['openapi.json', '-o', 'api.ts'], folder)
  if (made.code !== 0) throw new Error(made.error)
  await writeFile(join(folder, 'usage.ts'), code)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: strict, files: ['api.ts', 'usage.ts'] }))
  return await runTool('tsc', ['-p', '.'], folder, packageRoot())
}

await t.test('openapi-typescript: the types compile under strict tsc, and say what the answers are', async t => t.match(await compiled(t, usage), { code: 0, out: '' }))
await t.test('the types refuse what the answers are not', async t => t.match(await compiled(t, `${usage}export const wrong = (forecast: Answer<'getForecast'>): number => forecast.days.length + forecast.kind`), { code: 2, out: /usage\.ts.*TS2322/ }))
