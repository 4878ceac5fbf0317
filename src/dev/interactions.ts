import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Provider } from 'oidc-provider'
import { SessionNotFound } from './engine.js'
import { allow, apiPermissions, isPowerless, missingOf, ownPermissions, switchAccount } from './consent.js'
import type { Interaction } from './consent.js'
import { checkPassword } from './directory.js'
import { consentPage } from './pages/consent.js'
import { signInPage } from './pages/sign-in.js'
import type { SeedUser } from './seed.js'
import { findApplication, findUser, type Tenant } from './tenant/tenant.js'

export interface InteractionOptions {
  readonly provider: Provider
  readonly tenant: Tenant
  /** Whose credentials the sign-in page shows. */
  readonly users: readonly SeedUser[]
}

type Form = Record<string, unknown>

const field = (form: unknown, name: string): string => {
  const value = (form as Form | null | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}

/**
 * The interaction that the browser's cookie names. Cookies alone would not do against forged forms:
 * another page on this machine, on another port, counts as the same site. So a form also brings the
 * interaction's id (43 random characters, in no address that another page sees), and a form of one
 * tab cannot answer the question of another.
 */
async function current (
  provider: Provider, request: FastifyRequest, reply: FastifyReply, prompt: 'login' | 'consent'
): Promise<Interaction> {
  const interaction = await provider.interactionDetails(request.raw, reply.raw)
  const posted = request.method === 'POST' ? field(request.body, 'uid') : interaction.uid
  if (interaction.prompt.name !== prompt || posted !== interaction.uid) {
    throw new SessionNotFound('the form belongs to another sign-in')
  }
  return interaction
}

const send = (reply: FastifyReply, page: string, status = 200): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').header('Cache-Control', 'no-store').send(page)

/** The pages that a person sees: sign-in and consent, at Logto's addresses. */
export async function interactions (
  app: FastifyInstance, { provider, tenant, users }: InteractionOptions
): Promise<void> {
  await app.register(formbody)

  /** An application, or a client that names itself by a metadata document. */
  async function clientOf ({ params }: Interaction): Promise<{ name: string, asks: boolean, keepsAccess: boolean }> {
    const id = String(params.client_id)
    const application = findApplication(tenant, id)
    if (application !== undefined) {
      return { name: application.name, asks: application.isThirdParty, keepsAccess: application.customClientMetadata.alwaysIssueRefreshToken === true }
    }
    const client = await provider.Client.find(id)
    if (client === undefined) throw new SessionNotFound('the app is gone')
    return { name: client.clientName ?? id, asks: true, keepsAccess: false }
  }

  const signIn = async (interaction: Interaction, username: string, failed: boolean): Promise<string> =>
    signInPage({
      uid: interaction.uid,
      appName: (await clientOf(interaction)).name,
      username,
      failed,
      users
    })

  app.get('/sign-in', async (request, reply) => {
    const interaction = await current(provider, request, reply, 'login')
    const hint = interaction.params.login_hint
    return send(reply, await signIn(interaction, typeof hint === 'string' ? hint : '', false))
  })

  app.post('/sign-in', async (request, reply) => {
    const interaction = await current(provider, request, reply, 'login')
    const username = field(request.body, 'username')
    const user = checkPassword(tenant, username, field(request.body, 'password'))
    if (user === undefined) return send(reply, await signIn(interaction, username, true), 401)
    const next = await provider.interactionResult(request.raw, reply.raw,
      { login: { accountId: user.id } }, { mergeWithLastSubmission: false })
    return reply.redirect(next, 303)
  })

  async function allowed (request: FastifyRequest, reply: FastifyReply, interaction: Interaction) {
    const result = await allow(provider, interaction)
    return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303)
  }

  app.get('/consent', async (request, reply) => {
    const interaction = await current(provider, request, reply, 'consent')
    const client = await clientOf(interaction)
    const user = findUser(tenant, interaction.session?.accountId ?? '')
    if (user === undefined) throw new SessionNotFound('the user is gone')
    if (!client.asks) return await allowed(request, reply, interaction)
    const missing = missingOf(interaction)
    return send(reply, consentPage({
      uid: interaction.uid,
      appName: client.name,
      userName: user.name ?? user.id,
      username: user.username ?? user.id,
      switchAccount: switchAccount(interaction),
      returnsTo: new URL(String(interaction.params.redirect_uri)).origin,
      powerless: isPowerless(tenant, interaction),
      api: apiPermissions(tenant, missing),
      own: ownPermissions(missing),
      offline: client.keepsAccess || missing.oidc.includes('offline_access')
    }))
  })

  app.post('/consent', async (request, reply) => {
    const interaction = await current(provider, request, reply, 'consent')
    if (field(request.body, 'decision') === 'allow') {
      return await allowed(request, reply, interaction)
    }
    // As at Logto: the bare redirect URI, without error, state or iss.
    await interaction.destroy()
    return reply.redirect(String(interaction.params.redirect_uri), 303)
  })
}
