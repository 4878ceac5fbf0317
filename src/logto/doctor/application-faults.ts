import { isLoopback } from '../../config/urls.js'
import type { DesiredApplication } from '../desired.js'
import { differenceInWords, isNearMiss } from './addresses.js'
import { fail, warn, type Finding } from './check.js'
import { APPLY, PRUNE } from './remedies.js'
import type { TenantApplication } from './tenant.js'
import { listed, quoted } from '../words.js'

/** What is wrong with one of the service's own applications. Looks at no consent scopes and no secrets. */
export function applicationFaults (wanted: DesiredApplication, found: TenantApplication, publicUrl: string): Finding[] {
  const name = quoted(found.name)
  return [
    ...kindFaults(wanted, found),
    ...redirectFaults(wanted, found, publicUrl),
    ...missingFrom(wanted.corsAllowedOrigins, found.corsAllowedOrigins).map(origin =>
      fail(`${name} lacks the CORS origin ${origin}: the page there can't fetch its token.`, APPLY)),
    ...missingFrom(wanted.postLogoutRedirectUris, found.postLogoutRedirectUris).map(uri =>
      warn(`${name} lacks the post sign-out redirect URI ${uri}.`, APPLY)),
    ...(wanted.alwaysIssueRefreshToken && !found.alwaysIssueRefreshToken
      ? [warn(`${name} does not always get a refresh token: people have to sign in again when the access token ends.`, APPLY)]
      : [])
  ]
}

function kindFaults (wanted: DesiredApplication, found: TenantApplication): Finding[] {
  const kind = ({ type, isThirdParty }: { type: string, isThirdParty: boolean }) => `${isThirdParty ? 'third-party' : 'first-party'} ${type}`
  if (kind(wanted) === kind(found)) return []
  return [fail(`${quoted(found.name)} is a ${kind(found)} application, but has to be a ${kind(wanted)} one.`, `Logto can't change that: delete the application. Then: ${APPLY}`)]
}

/** RFC 6749 section 3.1.2.3, RFC 9700 section 2.1: redirect URIs are compared exactly. */
function redirectFaults (wanted: DesiredApplication, { name, redirectUris: found }: TenantApplication, publicUrl: string): Finding[] {
  const missing = missingFrom(wanted.redirectUris, found)
  const foreign = missingFrom(found, wanted.redirectUris).filter(uri => !isOwn(uri, publicUrl))
  return [
    ...missing.map(uri => fail(`${quoted(name)} lacks the redirect URI ${uri}: nobody can sign in.${nearest(uri, found)}`, APPLY)),
    ...(foreign.length === 0 ? [] : [warn(`${quoted(name)} has other redirect URIs: ${listed(foreign.map(quoted))}. Codes for people's accounts can be sent there.`, PRUNE)])
  ]
}

function nearest (wanted: string, found: readonly string[]): string {
  const near = found.find(uri => isNearMiss(wanted, uri))
  if (near !== undefined) return ` It has ${quoted(near)}: ${differenceInWords(wanted, near)}.`
  return found.length === 0 ? ' It has none.' : ` It has ${listed(found.map(quoted))}.`
}

/** An address of the service itself; where it runs on this machine, any other of this machine, too. */
function isOwn (uri: string, publicUrl: string): boolean {
  if (!URL.canParse(uri)) return false
  const url = new URL(uri)
  const own = new URL(publicUrl)
  return url.origin === own.origin || (isLoopback(url) && isLoopback(own))
}

function missingFrom (wanted: readonly string[], found: readonly string[]): string[] {
  return wanted.filter(one => !found.includes(one))
}
