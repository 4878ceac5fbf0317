import type { DesiredApplication } from '../../desired.js'
import { MARK, RESOURCE_MARK } from '../own-applications.js'
import { desiredSettings, settingsOf, settledSettings, type Settings } from '../compare/application-settings.js'
import type { ApplicationState } from '../tenant-state.js'

/** A new application, with its mark from the first moment, so that an interrupted run finds it again. */
export function newApplicationBody (application: DesiredApplication) {
  const { name, description, type, isThirdParty } = application
  return { name, description, type, isThirdParty, ...bodyOf(desiredSettings(application), { oidcClientMetadata: {}, customClientMetadata: {}, customData: {} }) }
}

/** Logto replaces these members as a whole: what the code does not know of them is sent again as it is. */
export function changedApplicationBody (application: DesiredApplication, found: ApplicationState, prune: boolean) {
  return bodyOf(settledSettings(desiredSettings(application), settingsOf(found), prune), found)
}

interface Members { oidcClientMetadata: object, customClientMetadata: object, customData: Record<string, unknown> }

function bodyOf (settings: Settings, found: Members) {
  const { redirectUris, postLogoutRedirectUris, corsAllowedOrigins, alwaysIssueRefreshToken, mark, resource } = settings
  return {
    // @logto/api has redirect URIs as objects; they are texts.
    oidcClientMetadata: { ...found.oidcClientMetadata, redirectUris: objects(redirectUris), postLogoutRedirectUris: objects(postLogoutRedirectUris) },
    customClientMetadata: {
      ...found.customClientMetadata,
      // What is empty or off needs no mention, unless it was something else before.
      ...(corsAllowedOrigins.length > 0 || 'corsAllowedOrigins' in found.customClientMetadata ? { corsAllowedOrigins: [...corsAllowedOrigins] } : {}),
      ...(alwaysIssueRefreshToken || 'alwaysIssueRefreshToken' in found.customClientMetadata ? { alwaysIssueRefreshToken } : {})
    },
    customData: { ...found.customData, [MARK]: mark, [RESOURCE_MARK]: resource }
  }
}

function objects (texts: readonly string[]): Array<Record<string, unknown>> {
  return texts as unknown as Array<Record<string, unknown>>
}
