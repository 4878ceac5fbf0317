import { html } from './html.js'
import { layout } from './layout.js'

export interface Permission {
  readonly scope: string
  readonly description: string
}

export interface ConsentPage {
  readonly uid: string
  readonly appName: string
  readonly userName: string
  readonly username: string
  /** Where the browser goes afterwards. */
  readonly returnsTo: string
  /** The API permissions and the user's own data that are new. */
  readonly api: readonly Permission[]
  readonly own: readonly Permission[]
  /** API permissions were asked for, and none of them is this person's to allow. */
  readonly powerless: boolean
  /** The same request for somebody else. */
  readonly switchAccount: string
  /** The app gets a refresh token. */
  readonly offline: boolean
}

function list (title: string, permissions: readonly Permission[]) {
  if (permissions.length === 0) return undefined
  return html`<h2>${title}</h2>
<ul class="permissions">${permissions.map(({ scope, description }) => html`
<li data-scope="${scope}">${description} <code>${scope}</code></li>`)}
</ul>`
}

export function consentPage (page: ConsentPage): string {
  const { appName, api, own, powerless } = page
  const isEmpty = api.length + own.length === 0
  const nothing = !isEmpty
    ? undefined
    : powerless
      ? html`<p>Nothing here is yours to allow: your account has no such permission.</p>`
      : html`<p>${appName} asks for nothing that you have not allowed already or could allow.</p>`
  const offline = page.offline
    ? html`<p class="note">It may use this also while you are away, until you take it back.</p>`
    : undefined
  return layout('Allow access', html`<h1><span data-app>${appName}</span> wants access</h1>
<p>You are signed in as <strong>${page.userName}</strong> (${page.username}).
<a href="${page.switchAccount}">Use another account</a></p>
${list('With the weather service, it wants to', api)}
${list('About you, it wants to know', own)}
${nothing}
${offline}
<form method="post" action="/consent" id="consent">
<input type="hidden" name="uid" value="${page.uid}">
<div class="actions">
<button type="submit" name="decision" value="allow">${isEmpty ? 'Continue' : 'Authorize'}</button>
<button type="submit" name="decision" value="deny" class="quiet">Cancel</button>
</div>
</form>
<p class="note">Either way you go back to <code>${page.returnsTo}</code>.</p>`)
}
