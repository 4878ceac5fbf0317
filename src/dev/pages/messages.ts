import type { SeedUser } from '../seed.js'
import { html, trusted } from './html.js'
import { layout } from './layout.js'
import { userTable } from './sign-in.js'

/** A page that says what went wrong and what can be done about it. */
export function problemPage (title: string, text: string, code?: string): string {
  return layout(title, html`<h1>${title}</h1>
<p class="error" role="alert">${text}</p>
${code === undefined ? undefined : html`<p class="note">Error code: <code>${code}</code></p>`}
<p>Go back to the application and start again.</p>`)
}

/** `form` is oidc-provider's own, with a token against forged requests; the buttons belong to it. */
export function logoutPage (form: string): string {
  return layout('Sign out', html`<h1>Sign out?</h1>
${trusted(form)}
<div class="actions">
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>
</div>`)
}

export function logoutDonePage (): string {
  return layout('Signed out', html`<h1>Signed out</h1>
<p>You are signed out of the embedded authorization server.</p>`)
}

export function homePage (issuer: string, users: readonly SeedUser[]): string {
  const discovery = `${issuer}/.well-known/openid-configuration`
  return layout('What this is', html`<h1>Embedded authorization server</h1>
<p>Scopegate started it because <code>LOGTO_ENDPOINT</code> is not set. It signs people in, asks for
their consent and issues tokens the way a self-hosted Logto does, so that everything can be tried
without one. It listens on this machine only, and its users and secrets are known to everybody.</p>
<p>Issuer: <code>${issuer}</code><br>
<a href="${discovery}">Discovery document</a></p>
<h2>Users</h2>
${userTable(users)}`)
}
