import type { DesiredApplication } from '../../desired.js'
import type { Finding } from '../change.js'
import { candidates, markOf, resourceOf } from '../own-applications.js'
import type { ApplicationState } from '../tenant-state.js'
import { desiredSettings, newSettingDetails, settingDetails, settingsOf, settledSettings, surplus } from './application-settings.js'
import { change, given, type Comparing } from './comparing.js'
import { compareConsent } from './consent.js'

/** Our applications, found by their mark, and those with a mark that the code does not know any more. */
export function compareApplications ({ desired, state, prune }: Comparing): Finding[] {
  return [
    ...desired.applications.flatMap(wanted => {
      const [found, ...others] = candidates(wanted, state.applications)
      if (found === undefined) return [newApplication(wanted)]
      if (others.length > 0) return [{ conflict: severalInWords(wanted, [found, ...others]) }]
      return isOfKind(wanted, found) ? settings(wanted, found, prune) : [{ conflict: otherKindInWords(wanted, found) }]
    }),
    ...leftOvers({ desired, state, prune })
  ]
}

/** What people can be asked for by our third-party applications. */
export function compareConsentScopes (comparing: Comparing): Finding[] {
  const { desired, state } = comparing
  return desired.applications.flatMap(wanted => {
    const [found] = candidates(wanted, state.applications)
    if (wanted.consent === undefined || (found !== undefined && !isOfKind(wanted, found))) return []
    return compareConsent(comparing, wanted.consent, {
      kind: 'consent-scopes',
      holder: `the application "${found?.name ?? wanted.name}"`,
      held: found?.consent ?? [],
      add: consent => ({ do: 'add consent scopes', key: wanted.key, consent }),
      remove: ({ type, id }) => ({ do: 'remove consent scope', id: found?.id ?? '', type, scopeId: id })
    })
  })
}

const subjectOf = ({ name, id }: ApplicationState) => `application "${name}" (${id})`
const kindOf = ({ type, isThirdParty }: { type: string, isThirdParty: boolean }) => `${isThirdParty ? 'third-party' : 'first-party'} ${type}`
const isOfKind = (wanted: DesiredApplication, found: ApplicationState) => kindOf(wanted) === kindOf(found)

function newApplication (application: DesiredApplication): Finding {
  return change('create', 'application', `application "${application.name}"`,
    [...given('kind', kindOf(application)), ...newSettingDetails(desiredSettings(application))], { do: 'create application', application })
}

function settings (wanted: DesiredApplication, found: ApplicationState, prune: boolean): Finding[] {
  const now = settingsOf(found)
  const details = settingDetails(now, settledSettings(desiredSettings(wanted), now, prune))
  const kept = prune ? [] : surplus(desiredSettings(wanted), now)
  return [
    ...details.length === 0 ? [] : [change('update', 'application', subjectOf(found), details, { do: 'update application', id: found.id, application: wanted, prune })],
    ...kept.map(more => ({ unmanaged: { kind: 'application' as const, subject: subjectOf(found), ...more, warning: false } }))
  ]
}

function leftOvers ({ desired, state, prune }: Comparing): Finding[] {
  const known: string[] = desired.applications.map(({ key }) => key)
  const [api] = desired.resources
  return state.applications.flatMap((found): Finding[] => {
    const mark = markOf(found)
    if (mark === undefined || known.includes(mark) || resourceOf(found) !== api?.indicator) return []
    // Its id and secret stand at OpenAI and can't be had again: a variable that is not set is no reason to delete it.
    if (mark === CHATGPT) return [{ note: `The ${subjectOf(found)} is left as it is, because CHATGPT_PLUGIN_ID is not set. If ChatGPT does not use it any more, delete it in Logto's console.` }]
    if (prune) return [change('delete', 'application', subjectOf(found), [{ name: 'kind', from: kindOf(found) }, ...settingDetails(settingsOf(found), nothing)], { do: 'delete application', id: found.id })]
    return [{ unmanaged: { kind: 'application', subject: subjectOf(found), name: 'an application of ours that the code does not know any more', values: [mark], warning: false } }]
  })
}

const CHATGPT: DesiredApplication['key'] = 'chatgpt-plugin'

const nothing = { redirectUris: [], postLogoutRedirectUris: [], corsAllowedOrigins: [], alwaysIssueRefreshToken: false, mark: undefined, resource: undefined }

function severalInWords ({ name, key }: DesiredApplication, found: ApplicationState[]): string {
  const ids = found.map(({ id }) => id).join(', ')
  return markOf(found[0] ?? { customData: {} }) === key
    ? `Several applications are marked as ours ("scopegate": "${key}" in their custom data): ${ids}. In Logto's console delete those that nobody uses, or take the mark away; then run this again.`
    : `Several applications are called "${name}" and could be ours: ${ids}. In Logto's console put "scopegate": "${key}" into the custom data of the right one, or rename the others; then run this again.`
}

function otherKindInWords (wanted: DesiredApplication, found: ApplicationState): string {
  return `The ${subjectOf(found)} is a ${kindOf(found)} one and has to be a ${kindOf(wanted)} one, which Logto can't change. In Logto's console delete it, or take "scopegate" out of its custom data; then run this again, and a new one is made.`
}
