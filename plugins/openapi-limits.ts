import type { FastifyInstance, onSendHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, StartError } from '../src/errors.js'
import { actionFaults, actionLimits } from '../src/openapi/action-limits.js'
import type { OpenApiDocument } from '../src/openapi/document.js'

/**
 * Keeps the API within what GPT Actions take: a route that breaks a limit stops the boot and is named,
 * and an answer that is too long is none. For every documented route, those for first-party apps too.
 */
async function openApiLimitsPlugin (app: FastifyInstance) {
  app.addHook('onRoute', route => {
    // HEAD has no body that could be too long.
    if (route.schema === undefined || route.schema.hide || route.method === 'HEAD') return
    route.onSend = [...[route.onSend ?? []].flat(), refuseTooLong]
  })
  app.addHook('onReady', async () => {
    const faults = actionFaults(app.swagger() as OpenApiDocument)
    if (faults.length > 0) throw new StartError(faults.join('\n'))
  })
}

/** What a client would cut off or drop is better told. Bounds in the schemas and services make sure that it does not come to this. */
const refuseTooLong: onSendHookHandler = (_request, _reply, payload, done) => {
  const length = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0
  if (length < actionLimits.answer) done()
  else done(new Problem('answer_too_large', `The answer would have ${length} characters, and fewer than ${actionLimits.answer} is what agents take; ask for less.`))
}

export default fp(openApiLimitsPlugin, { name: 'openapi-limits', fastify: '5.x', dependencies: ['openapi', 'problem'] })
