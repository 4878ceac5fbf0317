import { Problem } from '../../src/errors.js'
import { MAX_CLIENTS, MAX_OPEN_CLIENTS } from '../../src/clients/service.js'

export const newClientExample = { client_name: 'Rain Today', redirect_uris: ['https://rain.example.com/callback'], scope: 'read:weather read:places', client_uri: 'https://rain.example.com/' }
export const clientChangesExample = { client_name: 'Rain Tomorrow' }
export const rotationExample = { overlap_seconds: 3600 }
export const clientIdExample = 'l5799taduvcehagsd23w3'

const registered = {
  client_id: clientIdExample,
  client_id_issued_at: 1795625714,
  ...newClientExample,
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  created_at: '2026-11-25T16:55:14.446Z'
}
export const clientExample = { ...registered, updated_at: registered.created_at }
export const createdClientExample = { ...clientExample, client_secret: 'q763IBtLEiahmAoVnH4ETZ8gJzrKR2cS', client_secret_expires_at: 0 }
export const changedClientExample = { ...registered, ...clientChangesExample, updated_at: '2026-11-25T16:55:14.880Z' }
export const rotatedClientExample = { ...changedClientExample, previous_secret_expires_at: 1795629315, client_secret: 'ybpyKi5gg04zDUMpKnyhzVUZMcobyaO6', client_secret_expires_at: 0 }
export const clientsExample = { clients: [clientExample] }

/** RFC 7591 section 3.2.2, for `redirect_uris: ["http://rain.example.com/callback"]`. */
export const invalidMetadataExample = { error: 'invalid_redirect_uri', error_description: 'redirect_uris: "http://rain.example.com/callback": plain http is for localhost, 127.0.0.1 and [::1] only; use https.' }

export const notTheToken = new Problem('invalid_token', 'This is not the initial access token of this service.')
export const malformedBody = new Problem('bad_request', 'Body is not valid JSON but content-type is set to \'application/json\'')
export const noSuchClient = new Problem('client_not_found', 'You have no client with this id.')
export const tooManyClients = new Problem('client_limit_reached', `You already have ${MAX_CLIENTS} clients, or some that are still being created or deleted; delete one first.`)
export const tooManyOpenClients = new Problem('client_limit_reached', `This service takes ${MAX_OPEN_CLIENTS} clients that register by themselves, and has them.`)
export const busyClient = new Problem('client_busy', 'Another change of this client is under way, or is being put in order; try again in some minutes.')
export const noSecret = new Problem('client_without_secret', 'This client is a public one (token_endpoint_auth_method "none"): it has no secret.')
export const noRegistration = new Problem('registration_unavailable', 'Clients can\'t be registered here: the operator has not set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.')
