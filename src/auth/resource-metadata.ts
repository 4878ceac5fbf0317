export interface ResourceMetadataOptions {
  resource: string
  authorizationServer: string
  scopes: readonly string[]
  publicUrl: string
  resourceName: string
}

/** Protected-resource metadata (RFC 9728 section 2). All addresses come from configuration. */
export function resourceMetadata (options: ResourceMetadataOptions) {
  return {
    resource: options.resource,
    authorization_servers: [options.authorizationServer],
    scopes_supported: [...options.scopes],
    bearer_methods_supported: ['header'],
    resource_name: options.resourceName,
    resource_documentation: `${options.publicUrl}/docs`,
    resource_policy_uri: `${options.publicUrl}/legal`,
    resource_tos_uri: `${options.publicUrl}/legal`
  }
}

export const METADATA_PATH = '/.well-known/oauth-protected-resource'

/** Where clients find the metadata of this service; stands in every 401 and 403. */
export const resourceMetadataUrl = (publicUrl: string): string => `${publicUrl}${METADATA_PATH}`
