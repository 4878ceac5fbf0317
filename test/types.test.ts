import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import t from 'tap'
import ts from 'typescript'
import { packageRoot } from '../src/root.js'
import type { Principal } from '../src/auth/principal.js'
import type { Scope } from '../src/scopes.js'

// The compiler knows the scopes: a misspelt name does not get as far as the boot.

/** Checked by `tsc --noEmit`: where a line below an expectation were accepted, that would be the error. */
export function neverCalled (app: FastifyInstance, request: FastifyRequest): void {
  app.requireScopes('read:places', 'write:places')
  app.requireScopes({ anyOf: ['read:places', 'read:weather'] })
  // @ts-expect-error misspelt
  app.requireScopes('read:palces')
  // @ts-expect-error misspelt, beside a good one
  app.requireScopes('read:places', 'write:place')
  // @ts-expect-error misspelt among alternatives
  app.requireScopes({ anyOf: ['read:places', 'read:wheather'] })
  // @ts-expect-error a name that is only known at run time
  app.requireScopes(String(process.pid))
  // @ts-expect-error public is true or not there
  app.get('/', { config: { public: false } }, async () => '')
  // @ts-expect-error the principal is read only
  request.principal = undefined as unknown as Principal
  // @ts-expect-error so are its scopes
  request.principal.scopes.push('manage:agents')
  app.requireScopes('read:places', { organization: 'organizationId', tokenType: 'organization' })
  // @ts-expect-error no token of Logto's
  app.requireScopes('read:places', { organization: 'organizationId', tokenType: 'resource' })
  // The kinds of token are told apart by `tokenType`, and with it the organization.
  const organization: string | undefined = request.principal.tokenType === 'resource' ? undefined : request.principal.organizationId
  // @ts-expect-error a plain token is for no organization
  if (request.principal.tokenType === 'resource') organization satisfies string; else request.principal.organizationId satisfies undefined
  const scope: Scope = 'manage:clients'
  app.requireScopes(scope)
}

const head = "import type { FastifyInstance, FastifyRequest } from 'fastify'\nimport '../plugins/require-scopes.js'\nexport function f (app: FastifyInstance, request: FastifyRequest) {\n"

/** What the compiler says about snippets, each as a file of its own in this folder. */
function diagnose (snippets: Record<string, string>): Record<string, string[]> {
  const folder = join(packageRoot(), 'test')
  const sources = new Map(Object.entries(snippets).map(([name, code]) => [join(folder, `${name}.ts`), `${head}${code}\n}\n`]))
  const { config } = ts.readConfigFile(join(packageRoot(), 'tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: object } }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, packageRoot())
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = name => sources.has(name) || fileExists(name)
  host.readFile = name => sources.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const code = sources.get(name)
    return code === undefined ? getSourceFile.call(host, name, ...rest) : ts.createSourceFile(name, code, rest[0])
  }
  const program = ts.createProgram([...sources.keys()], options, host)
  return Object.fromEntries(Object.keys(snippets).map(name => {
    const file = program.getSourceFile(join(folder, `${name}.ts`))
    return [name, ts.getPreEmitDiagnostics(program, file).map(one => ts.flattenDiagnosticMessageText(one.messageText, '\n'))]
  }))
}

await t.test('the compiler refuses misspelt scopes and knows the principal', async t => {
  const found = diagnose({
    good: "app.get('/x', { onRequest: app.requireScopes('read:places') }, async ({ principal }) => principal.sub); return request.principal.scopes.includes('x')",
    misspelt: "app.requireScopes('read:palces')",
    any: 'const sub: number = request.principal.sub; return sub',
    missing: 'return request.principal.subject',
    alternatives: "app.requireScopes({ anyOf: ['read:palces'] })"
  })
  t.strictSame(found['good'], [], 'what is right is accepted')
  t.match(found['misspelt']?.join(), /\["read:palces"\]' is not assignable/)
  t.match(found['alternatives']?.join(), /'"read:palces"' is not assignable/)
  t.match(found['any']?.join(), /Type 'string' is not assignable to type 'number'/, 'the principal is no any')
  t.match(found['missing']?.join(), /Property 'subject' does not exist on type 'Principal'/)
})
