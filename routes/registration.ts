import { Type } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { authMethods, grantTypes, responseTypes } from '../src/clients/metadata.js'
import { MetadataError } from '../src/clients/metadata-error.js'
import { MAX_REDIRECT_URIS } from '../src/clients/redirect-uris.js'
import { problemMedia, problemResponse } from '../src/problem-schema.js'
import { thirdPartyScopes } from '../src/scopes.js'
import { clientChangesExample, invalidMetadataExample, malformedBody, newClientExample, noRegistration } from './examples/clients.js'

const oneOf = <const T extends string> (values: readonly T[], description: string) => Type.Unsafe<T>({ type: 'string', enum: [...values], description })
const link = (description: string) => Type.Optional(Type.String({ description: `${description}; https` }))

const described = {
  client_name: Type.String({ description: 'What people read on the consent page; 2 to 50 characters of one script' }),
  redirect_uris: Type.Array(Type.String(), { maxItems: MAX_REDIRECT_URIS, description: `1 to ${MAX_REDIRECT_URIS} addresses, compared exactly: https, or http on loopback` }),
  scope: Type.String({ description: `Permissions that the client may ask people for, with spaces between: ${thirdPartyScopes.join(' ')}` })
}
const links = {
  client_uri: link('Page about the client'),
  logo_uri: link('Its logo'),
  tos_uri: link('Its terms of service'),
  policy_uri: link('Its privacy policy')
}
const flow = {
  token_endpoint_auth_method: oneOf(authMethods, '"none": a public client, which uses PKCE and has no secret'),
  grant_types: Type.Array(oneOf(grantTypes, 'Grant type'), { maxItems: grantTypes.length }),
  response_types: Type.Array(oneOf(responseTypes, 'Response type'), { maxItems: responseTypes.length })
}

/**
 * Client metadata (RFC 7591 section 2). For the documents only: src/clients checks what is sent, and
 * says what is wrong with it in the words of RFC 7591.
 */
export const NewClient = Type.Object({ ...described, ...Type.Partial(Type.Object(flow)).properties, ...links }, { title: 'ClientMetadata', description: 'Client metadata (RFC 7591); other members are ignored', examples: [newClientExample] })
export const ClientChanges = Type.Partial(Type.Object({ ...described, ...links }), { title: 'ClientChanges', description: 'What is to change; null takes a link away', examples: [clientChangesExample] })

/** RFC 7591 section 3.2.1. */
export const Client = Type.Object({
  client_id: Type.String({ description: 'Client identifier' }),
  client_id_issued_at: Type.Integer({ description: 'When the client was registered; seconds since 1970' }),
  ...described,
  ...flow,
  ...links,
  previous_secret_expires_at: Type.Optional(Type.Integer({ description: 'Until when the secret before the present one works, too; seconds since 1970' })),
  created_at: Type.String({ description: 'When the client was registered; ISO 8601' }),
  updated_at: Type.String({ description: 'When its metadata were last changed; ISO 8601' })
})
export const ClientWithSecret = Type.Object({
  ...Client.properties,
  client_secret: Type.Optional(Type.String({ description: 'Shown this once; keep it on your server' })),
  client_secret_expires_at: Type.Optional(Type.Integer({ description: '0: never' }))
})

const RegistrationError = Type.Object({
  error: Type.String({ description: '"invalid_redirect_uri" or "invalid_client_metadata"' }),
  error_description: Type.String({ description: 'What is wrong, beginning with the member\'s name' })
}, { title: 'RegistrationError', description: 'RFC 7591 section 3.2.2' })

export const invalidMetadata = {
  description: 'The metadata can\'t be taken (RFC 7591 section 3.2.2), or the request is malformed.',
  content: { 'application/json': { schema: RegistrationError, example: invalidMetadataExample }, 'application/problem+json': problemMedia(malformedBody) }
}
export const unavailable = problemResponse('Clients can\'t be registered or changed right now, or the access token can\'t be checked; where it makes sense, "Retry-After" says when to try again.', noRegistration)

/** Errors about metadata are answered as RFC 7591 section 3.2.2 says, all others as problems. For the routes of this context. */
export function answerMetadataErrors (app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, _request, reply: FastifyReply) => {
    if (!(error instanceof MetadataError)) throw error
    return reply.code(400).header('cache-control', 'no-store').type('application/json; charset=utf-8').send({ error: error.code, error_description: error.message })
  })
}
