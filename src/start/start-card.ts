import type { Config } from '../config/index.js'
import type { seed } from '../dev/index.js'

/** The users and clients of the embedded authorization server. */
export type Seed = typeof seed

/**
 * What a person sees after `npm start`: addresses, who can sign in, and three things to try.
 * @param seed given when the embedded authorization server runs
 */
export function startCard (config: Config, seed: Seed | undefined): string {
  const { publicUrl, logto } = config
  const lines = [
    '',
    '  Scopegate is running.',
    '',
    `  Start page            ${publicUrl}/`,
    `  Documentation         ${publicUrl}/docs`,
    `  OpenAPI               ${publicUrl}/openapi.json`,
    `  MCP                   ${publicUrl}/mcp`,
    `  For language models   ${publicUrl}/llms.txt`,
    `  Authorization server  ${logto.endpoint}${seed ? '  (embedded, for development only)' : ''}`,
    `  API resource          ${config.apiResource}`,
    ...(seed ? [...people(seed), ...clients(seed), ...thingsToTry(config, seed)] : []),
    ''
  ]
  return lines.join('\n')
}

function people (seed: Seed): string[] {
  return ['', '  Users (password)', ...Object.values(seed.users).map(user =>
    `    ${user.username.padEnd(22)}${user.password.padEnd(26)}${user.roles.length > 0 ? user.roles.join(', ') : 'no role: no permissions'}`)]
}

function clients (seed: Seed): string[] {
  return ['', '  Clients (secret)', ...Object.values(seed.clients).map(client =>
    `    ${client.id.padEnd(22)}${('secret' in client ? client.secret : 'public, PKCE').padEnd(42)}${kind(client)}`),
    `    ${seed.management.id.padEnd(22)}${seed.management.secret.padEnd(42)}machine-to-machine, Management API`]
}

function kind (client: { thirdParty: boolean, machineRoles?: readonly string[] }): string {
  if (client.machineRoles) return 'machine-to-machine'
  return client.thirdParty ? 'third party' : 'first party'
}

function thingsToTry ({ publicUrl, logto, apiResource, botPort }: Config, seed: Seed): string[] {
  const forBot = [publicUrl === 'http://localhost:3000' ? '' : `API_URL=${publicUrl} `, botPort === 4000 ? '' : `BOT_PORT=${botPort} `].join('')
  const robot = seed.clients.weatherRobot
  return [
    '',
    '  Try',
    '    1. Call without a token and read where to get one:',
    `       curl -i '${publicUrl}/v1/forecast?place=Seattle'`,
    '    2. Get a token as a machine, and call with it:',
    `       TOKEN=$(curl -s -u ${robot.id}:${robot.secret} -d grant_type=client_credentials -d scope=read:weather -d resource=${apiResource} ${logto.tokenEndpoint} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/') && curl -s -H "Authorization: Bearer $TOKEN" '${publicUrl}/v1/forecast?place=Seattle'`,
    '    3. Let a third-party agent in, with Alice\'s consent, in a browser (another terminal):',
    `       ${forBot}npm run weatherbot`,
    '    4. Compare the tenant with the code, as with a real Logto (another terminal):',
    '       npx scopegate logto plan'
  ]
}
