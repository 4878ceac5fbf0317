import { Type, type Static } from '@sinclair/typebox'
import { EMAIL_PATTERN } from '../email.js'

const closed = { additionalProperties: false }
const text = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '\\S', title: `a text of 1 to ${max} characters` })
const address = () => Type.String({ format: 'public-address', title: 'an https address (http on loopback only)' })

/** Names with one space between (RFC 6749 section 3.3), none of them `openid`. */
const SCOPE = '^(?!(?:.* )?openid(?: |$))[\\x21\\x23-\\x5b\\x5d-\\x7e]+(?: [\\x21\\x23-\\x5b\\x5d-\\x7e]+)*$'

/**
 * `ai-plugin.json`, with the limits of the plugin store. `title` says what a correct value is, and
 * stands in the message about a wrong one. The format `public-address` is known to src/manifest/faults.ts.
 */
export const ManifestSchema = Type.Object({
  schema_version: Type.Literal('v1', { title: '"v1"' }),
  name_for_human: text(20),
  name_for_model: Type.String({ pattern: '^[A-Za-z0-9]{1,50}$', title: '1 to 50 letters and digits' }),
  description_for_human: text(100),
  description_for_model: text(8_000),
  auth: Type.Object({
    type: Type.Literal('oauth', { title: '"oauth"' }),
    client_url: address(),
    // ChatGPT sends the parameter also when it is empty; with "openid" Logto answers with an opaque token.
    scope: Type.String({ pattern: SCOPE, title: 'at least one permission, with one space between them, and never "openid"' }),
    authorization_url: address(),
    authorization_content_type: Type.Unsafe<'application/x-www-form-urlencoded' | 'application/json'>({
      type: 'string',
      enum: ['application/x-www-form-urlencoded', 'application/json'],
      title: 'the media type of the token request, of a form or of JSON'
    }),
    verification_tokens: Type.Object({
      openai: Type.String({ pattern: '^\\S*$', title: 'a token without white space; empty before the store has given one' })
    }, { ...closed, title: 'an object' })
  }, { ...closed, title: 'an object' }),
  api: Type.Object({
    type: Type.Literal('openapi', { title: '"openapi"' }),
    url: address()
  }, { ...closed, title: 'an object' }),
  logo_url: address(),
  contact_email: Type.String({ pattern: EMAIL_PATTERN, title: 'an e-mail address' }),
  legal_info_url: address()
}, { ...closed, title: 'an object' })

export type Manifest = Static<typeof ManifestSchema>
