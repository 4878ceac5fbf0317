import { seed } from '../../src/dev/index.js'
import { agentGetsIn } from './agent.js'
import { createApiCaller, type CallApi } from './api.js'
import { bobIsRefused, machineGetsIn, officialAppGetsIn } from './others.js'
import { pluginGetsIn } from './plugin.js'
import type { Report } from './report.js'

export interface Story {
  report: Report
  call: CallApi
  apiUrl: string
  seed: typeof seed
  botRedirectUri: string
  /** Both are learned on the way, from the API's own metadata. */
  issuer: string
  resource: string
}

/** The whole story, against a running service with the embedded authorization server. */
export async function tellStory (apiUrl: string, report: Report): Promise<void> {
  const [botRedirectUri = ''] = seed.clients.weatherbot.redirectUris({ publicUrl: apiUrl, botUrl: 'http://localhost:4000' })
  const story: Story = { report, call: createApiCaller(apiUrl, report), apiUrl, seed, botRedirectUri, issuer: '', resource: '' }
  await agentGetsIn(story)
  await officialAppGetsIn(story)
  await bobIsRefused(story)
  await pluginGetsIn(story)
  await machineGetsIn(story)
}
