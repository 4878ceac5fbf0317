import type { DesiredApplication } from '../../desired.js'
import { fail, pass, skip, together, warn, type Check, type Finding } from '../check.js'
import { applicationFaults } from '../application-faults.js'
import { APPLY } from '../remedies.js'
import { listed, quoted } from '../../words.js'
import type { World } from '../world.js'

type Key = DesiredApplication['key']

/** The service's own applications in Logto. */
export function applicationChecks ({ config, desired, tenant }: World): Check[] {
  const marked = async (key: Key) => (await tenant.applications()).items.filter(({ mark, resource = config.apiResource }) => mark === key && resource === config.apiResource)

  async function judge (key: Key): Promise<Finding> {
    const found = await marked(key)
    const wanted = desired.applications.find(application => application.key === key)
    const [application] = found
    if (wanted === undefined) return application === undefined ? skip('No ChatGPT plugin is set up (CHATGPT_PLUGIN_ID).') : leftOver(application)
    if (application === undefined) return fail(`There is no application marked as ${quoted(key)} (custom data "scopegate").`, APPLY)
    if (found.length > 1) return fail(`Several applications are marked as ${quoted(key)}: ${listed(found.map(({ id }) => id))}.`, 'In Logto\'s console delete those that are not used, or take "scopegate" out of their custom data.')
    return together(applicationFaults(wanted, application, config.publicUrl), pass(`${quoted(application.name)} (${application.id}) is set up.`))
  }

  const check = (id: string, title: string, key: Key): Check => ({ id, title, needs: ['management-access'], run: () => judge(key) })

  return [
    check('official-app', 'Official app', 'official-app'),
    check('docs-app', 'App of /docs', 'docs'),
    {
      id: 'docs-client-id',
      title: 'Client of /docs',
      needs: ['management-access'],
      async run () {
        const ids = (await marked('docs')).map(({ id }) => id)
        if (ids.length === 0) return skip('There is no application made for /docs.')
        const remedy = `Set DOCS_CLIENT_ID=${ids[0]} and start the service again.`
        if (config.docsClientId === undefined) return warn('DOCS_CLIENT_ID is not set: nobody can sign in on /docs.', remedy)
        if (!ids.includes(config.docsClientId)) return fail(`/docs signs in as ${quoted(config.docsClientId)}, which is not the application made for it.`, remedy)
        return pass(`/docs signs in as ${config.docsClientId}.`)
      }
    },
    check('chatgpt-app', 'App of ChatGPT', 'chatgpt-plugin')
  ]
}

function leftOver ({ name, id }: { name: string, id: string }): Finding {
  return warn(`${quoted(name)} (${id}) is there, but CHATGPT_PLUGIN_ID is not set.`, 'Set CHATGPT_PLUGIN_ID to the id that ChatGPT gave the plugin. If ChatGPT does not use it any more, delete the application in Logto\'s console.')
}
