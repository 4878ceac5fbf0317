import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../root.js'
import { fillTemplate } from '../template.js'

export interface ManifestValues {
  publicUrl: string
  authorizationEndpoint: string
  tokenEndpoint: string
  contactEmail: string
  openaiVerificationToken: string | undefined
}

/**
 * The plugin manifest: the template in `manifest/` with addresses from configuration and the given
 * scopes. Does NOT check it; src/manifest/faults.ts does.
 * @param scopes never `openid`: Logto would then answer ChatGPT, which can't send `resource`, with an opaque token
 */
export async function manifestDocument (values: ManifestValues, scopes: readonly string[]): Promise<unknown> {
  const template: unknown = JSON.parse(await readFile(join(packageRoot(), 'manifest/ai-plugin.json'), 'utf8'))
  return fillTemplate(template, {
    publicUrl: values.publicUrl,
    authorizationEndpoint: values.authorizationEndpoint,
    tokenEndpoint: values.tokenEndpoint,
    contactEmail: values.contactEmail,
    openaiVerificationToken: values.openaiVerificationToken ?? '',
    scope: scopes.join(' ')
  })
}
