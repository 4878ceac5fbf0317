import { blockedClient, insufficientScope, missingToken, wrongOrganization } from '../auth/refusals.js'
import type { ScopeRequirement } from '../auth/scope-requirement.js'
import { Problem } from '../errors.js'
import { problemResponse } from '../problem-schema.js'

const malformed = new Problem('invalid_request', 'Malformed Authorization header; expected "Bearer", a space and the access token.')
const tooLarge = new Problem('payload_too_large', 'Request body is too large')
const notJson = new Problem('unsupported_media_type', 'Unsupported Media Type')
const noKeys = new Problem('keys_unavailable', 'The keys of the authorization server cannot be had right now; try again.')

/** The errors that every guarded route can answer with; the examples are answers of this service. */
export function standardAnswers (requirement: ScopeRequirement, hasBody: boolean) {
  const lacking = requirement.alternatives.some(scopes => scopes.length > 0) ? insufficientScope(requirement) : requirement.organization && wrongOrganization()
  return {
    400: problemResponse('The request or its credentials are malformed.', malformed),
    401: problemResponse('No valid access token; "WWW-Authenticate" says where to get one.', missingToken()),
    403: problemResponse('The token lacks a permission, which "WWW-Authenticate" names, or its client is not let in (client_blocked).', lacking ?? blockedClient()),
    ...(hasBody ? { 413: problemResponse('The body is larger than 16 kB.', tooLarge), 415: problemResponse('The body is not JSON.', notJson) } : {}),
    503: problemResponse('The access token can\'t be checked right now (no keys of the authorization server, or too many checks wait); try again after "Retry-After".', noKeys)
  }
}
