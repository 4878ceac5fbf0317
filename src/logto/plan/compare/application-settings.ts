import type { DesiredApplication } from '../../desired.js'
import type { Detail, Value } from '../change.js'
import { MARK, markOf, RESOURCE_MARK, resourceOf } from '../own-applications.js'
import type { ApplicationState } from '../tenant-state.js'
import { missingFrom } from './comparing.js'

/** The settings of an application that the code has a say in. Its name and description are the operator's. */
export interface Settings {
  redirectUris: readonly string[]
  postLogoutRedirectUris: readonly string[]
  corsAllowedOrigins: readonly string[]
  alwaysIssueRefreshToken: boolean
  mark: string | undefined
  resource: string | undefined
}

const labels: Record<keyof Settings, string> = {
  redirectUris: 'redirect URIs',
  postLogoutRedirectUris: 'post sign-out redirect URIs',
  corsAllowedOrigins: 'CORS allowed origins',
  alwaysIssueRefreshToken: 'always issue a refresh token',
  mark: `custom data "${MARK}"`,
  resource: `custom data "${RESOURCE_MARK}"`
}
const names = Object.keys(labels) as Array<keyof Settings>

export function settingsOf ({ oidcClientMetadata, customClientMetadata, customData }: ApplicationState): Settings {
  return {
    redirectUris: oidcClientMetadata.redirectUris,
    postLogoutRedirectUris: oidcClientMetadata.postLogoutRedirectUris,
    corsAllowedOrigins: customClientMetadata.corsAllowedOrigins ?? [],
    alwaysIssueRefreshToken: customClientMetadata.alwaysIssueRefreshToken ?? false,
    mark: markOf({ customData }),
    resource: resourceOf({ customData })
  }
}

export function desiredSettings ({ key, resource, redirectUris, postLogoutRedirectUris, corsAllowedOrigins, alwaysIssueRefreshToken }: DesiredApplication): Settings {
  return { redirectUris, postLogoutRedirectUris, corsAllowedOrigins, alwaysIssueRefreshToken, mark: key, resource }
}

/** What the settings would be: what is lacking is added; what the operator added stays, unless it is pruned. */
export function settledSettings (wanted: Settings, found: Settings, prune: boolean): Settings {
  const settled = (held: readonly string[], wish: readonly string[]) =>
    [...prune ? held.filter(one => wish.includes(one)) : held, ...missingFrom(wish, held)]
  return {
    redirectUris: settled(found.redirectUris, wanted.redirectUris),
    postLogoutRedirectUris: settled(found.postLogoutRedirectUris, wanted.postLogoutRedirectUris),
    corsAllowedOrigins: settled(found.corsAllowedOrigins, wanted.corsAllowedOrigins),
    alwaysIssueRefreshToken: wanted.alwaysIssueRefreshToken || (found.alwaysIssueRefreshToken && !prune),
    mark: wanted.mark,
    resource: wanted.resource
  }
}

/** Where two settings differ. */
export function settingDetails (from: Settings, to: Settings): Detail[] {
  return names.filter(name => !isSame(from[name], to[name])).map(name => ({ name: labels[name], from: from[name] ?? null, to: to[name] ?? null }))
}

/** What a new application is given; what is empty or off is left out. */
export function newSettingDetails (settings: Settings): Detail[] {
  return names.filter(name => !isSame(settings[name], [])).map(name => ({ name: labels[name], to: settings[name] ?? null }))
}

/** What would be pruned of an application. */
export function surplus (wanted: Settings, found: Settings): Array<{ name: string, values: string[] }> {
  const { redirectUris, postLogoutRedirectUris, corsAllowedOrigins } = labels
  return [
    { name: redirectUris, values: missingFrom(found.redirectUris, wanted.redirectUris) },
    { name: postLogoutRedirectUris, values: missingFrom(found.postLogoutRedirectUris, wanted.postLogoutRedirectUris) },
    { name: corsAllowedOrigins, values: missingFrom(found.corsAllowedOrigins, wanted.corsAllowedOrigins) },
    { name: labels.alwaysIssueRefreshToken, values: found.alwaysIssueRefreshToken && !wanted.alwaysIssueRefreshToken ? ['on'] : [] }
  ].filter(({ values }) => values.length > 0)
}

function isSame (a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
