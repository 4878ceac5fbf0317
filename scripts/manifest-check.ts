import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config/index.js'
import type { Database } from '../src/db/index.js'
import { StartError } from '../src/errors.js'
import { manifestFaults, unreachableAddresses } from '../src/manifest/faults.js'

/**
 * Builds the plugin manifest as the service would with this environment, and checks it. Prints what is
 * wrong, one member a line, or "ok". Exit code: 0 all is well, 1 the manifest is not, 2 the configuration is not.
 */
const refuse = () => Promise.reject(new Error('the manifest needs no database'))
const noDatabase: Database = { queries: {} as Database['queries'], query: refuse, ping: refuse, close: async () => {} }

try {
  // The routes say which permissions there are; the app is not started.
  const app = await buildApp(loadConfig(process.env, { dotenv: true }), { database: noDatabase })
  const document = await app.pluginManifest()
  const form = manifestFaults(document)
  const faults = form.length > 0 ? form : unreachableAddresses(document)
  await app.close()
  console.log(faults.length === 0 ? 'ok' : faults.join('\n'))
  process.exitCode = faults.length === 0 ? 0 : 1
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
