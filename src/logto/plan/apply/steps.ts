import type { Steps } from '../change.js'
import { applicationState } from '../read.js'
import { untyped } from '../untyped.js'
import { changedApplicationBody, newApplicationBody } from './application-body.js'
import type { Context } from './context.js'

/** How each kind of step is taken: one request that writes. */
export const steps: { [K in keyof Steps]: (context: Context, step: Steps[K]) => Promise<unknown> } = {
  async 'create resource' ({ ask, ids }, { resource: { indicator, name, accessTokenTtl } }) {
    const { id } = await ask(api => api.POST('/api/resources', { body: { name, indicator, accessTokenTtl } }))
    ids.set(id, 'resource', indicator)
  },
  'update resource': ({ ask }, { id, accessTokenTtl }) =>
    ask(api => api.PATCH('/api/resources/{id}', { params: { path: { id } }, body: { accessTokenTtl } })),
  'make resource default': ({ ask, idOf }, { indicator }) =>
    ask(api => api.PATCH('/api/resources/{id}/is-default', { params: { path: { id: idOf('resource', indicator) } }, body: { isDefault: true } })),

  async 'create scope' ({ ask, ids, idOf }, { indicator, name, description }) {
    const resourceId = idOf('resource', indicator)
    const { id } = await ask(api => api.POST('/api/resources/{resourceId}/scopes', { params: { path: { resourceId } }, body: { name, description } }))
    ids.set(id, 'scope', indicator, name)
  },
  'update scope': ({ ask }, { resourceId, scopeId, description }) =>
    ask(api => api.PATCH('/api/resources/{resourceId}/scopes/{scopeId}', { params: { path: { resourceId, scopeId } }, body: { description } })),
  'delete scope': ({ ask }, { resourceId, scopeId }) =>
    ask(api => api.DELETE('/api/resources/{resourceId}/scopes/{scopeId}', { params: { path: { resourceId, scopeId } } })),

  'create role': ({ ask, scopeIds }, { role: { name, description, isDefault }, scopes }) =>
    ask(api => api.POST('/api/roles', { body: { name, description, type: 'User', isDefault, scopeIds: scopeIds(scopes) } })),
  'make role default': ({ ask }, { id }) =>
    ask(api => api.PATCH('/api/roles/{id}', { params: { path: { id } }, body: { isDefault: true } })),
  'add role scopes': ({ ask, scopeIds }, { id, scopes }) =>
    ask(api => api.POST('/api/roles/{id}/scopes', { params: { path: { id } }, body: { scopeIds: scopeIds(scopes) } })),
  'remove role scope': ({ ask }, { id, scopeId }) =>
    ask(api => api.DELETE('/api/roles/{id}/scopes/{scopeId}', { params: { path: { id, scopeId } } })),

  async 'create application' ({ ask, ids }, { application }) {
    const { id } = await ask(api => api.POST('/api/applications', { body: newApplicationBody(application) }))
    ids.set(id, 'application', application.key)
  },
  // Read again just before: what somebody has changed since the plan was made is kept.
  async 'update application' ({ ask }, { id, application, prune }) {
    const params = { path: { id } }
    const found = applicationState(await ask(api => api.GET('/api/applications/{id}', { params })), [])
    return ask(api => api.PATCH('/api/applications/{id}', { params, body: changedApplicationBody(application, found, prune) }))
  },
  'delete application': ({ ask }, { id }) =>
    ask(api => api.DELETE('/api/applications/{id}', { params: { path: { id } } })),

  // Logto answers "Created", which is no JSON.
  'add consent scopes': ({ ask, idOf, consentBody }, { key, consent }) =>
    ask(api => api.POST('/api/applications/{applicationId}/user-consent-scopes', { params: { path: { applicationId: idOf('application', key) } }, body: consentBody(consent), parseAs: 'text' })),
  'remove consent scope': ({ ask }, { id, type, scopeId }) =>
    ask(api => api.DELETE('/api/applications/{applicationId}/user-consent-scopes/{scopeType}/{scopeId}', { params: { path: { applicationId: id, scopeType: type, scopeId } } })),

  'enable cimd': ({ ask }) =>
    ask(api => untyped(api).PATCH('/api/configs/cimd', { body: { enabled: true } })),
  'add cimd consent scopes': ({ ask, consentBody }, { consent }) =>
    ask(api => untyped(api).POST('/api/cimd/user-consent-scopes', { body: consentBody(consent), parseAs: 'text' })),
  'remove cimd consent scope': ({ ask }, { type, scopeId }) =>
    ask(api => untyped(api).DELETE('/api/cimd/user-consent-scopes/{scopeType}/{scopeId}', { params: { path: { scopeType: type, scopeId } } }))
}
