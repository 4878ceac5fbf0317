import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import { TENANT_ID } from '../tenant/entities.js'
import { bodyOf } from './input.js'
import type { RouteOptions } from './routes.js'

/** As in a new tenant, as far as it has a meaning here. */
const preset = {
  tenantId: TENANT_ID,
  id: 'default',
  termsOfUseUrl: null,
  privacyPolicyUrl: null,
  signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] },
  signUp: { identifiers: ['username'], password: true, verify: false },
  signInMode: 'SignInAndRegister'
}

/** `/api/sign-in-exp`: kept and shown; this server's pages do not change with it. */
export async function settings (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const shown = () => ({ ...preset, ...tenant.data.signInExperience })
  app.get('/sign-in-exp', async () => shown())
  app.patch('/sign-in-exp', async request => {
    const body = bodyOf(request, z.record(z.unknown()))
    await tenant.change(data => { Object.assign(data.signInExperience, body) })
    return shown()
  })
}
