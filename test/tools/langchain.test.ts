import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { buildTestApp, noDatabase } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// LangChain's plugin tool, a client that is not ours, gets in by the manifest's address alone.

interface PluginTool { _name: string, description: string, apiSpec: string, invoke (input: string): Promise<string> }
interface PluginModule { AIPluginTool: { fromPluginUrl (url: string): Promise<PluginTool> } }

// By a name that the compiler does not follow: the package is here only when these tests run.
const packageName: string = '@langchain/community/tools/aiplugin'
const { AIPluginTool } = await import(packageName) as PluginModule

const issuer = await startIssuer(t)
const port = await freePort()
const publicUrl = `http://127.0.0.1:${port}`
const app = await buildTestApp(t, { issuer, database: noDatabase, env: { PUBLIC_URL: publicUrl, PORT: String(port) } })
await app.listen({ port, host: '127.0.0.1' })

await t.test('AIPluginTool.fromPluginUrl: manifest, and by it the OpenAPI document', async t => {
  const tool = await AIPluginTool.fromPluginUrl(`${publicUrl}/.well-known/ai-plugin.json`)
  // Its `name` is lost: the base class declares a field of that name, which hides the getter.
  t.equal(tool._name, 'ScopegateWeather')
  t.match(tool.description, 'What is the Scopegate Weather API useful for? Weather forecasts and observations')
  const answer = await tool.invoke('what can it do?')
  t.equal(answer, tool.apiSpec)
  t.match(answer, /^Usage Guide: Weather forecasts and past observations/)
  const document = JSON.parse(answer.slice(answer.indexOf('\n{'))) as { servers: unknown, paths: object }
  t.strictSame(document.servers, [{ url: publicUrl }])
  t.strictSame(document, await (await fetch(`${publicUrl}/openapi.json`)).json(), 'whole')
})

await t.test('an address without a manifest is none', async t => {
  await t.rejects(AIPluginTool.fromPluginUrl(`${publicUrl}/ai-plugin.json`), /404/)
})
