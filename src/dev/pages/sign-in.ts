import type { SeedUser } from '../seed.js'
import { html } from './html.js'
import type { Html } from './html.js'
import { layout } from './layout.js'

export interface SignInPage {
  /** The interaction's id, which comes back with the form. */
  readonly uid: string
  readonly appName: string
  readonly username: string
  readonly failed: boolean
  readonly users: readonly SeedUser[]
}

/** The seeded users in a table: their passwords are no secret. */
export function userTable (users: readonly SeedUser[]): Html {
  return html`<table>
<thead><tr><th scope="col">User</th><th scope="col">Password</th><th scope="col">Roles</th></tr></thead>
<tbody>${users.map(user => html`
<tr><td><code>${user.username}</code></td><td><code>${user.password}</code></td>
<td>${user.roles.join(', ') || 'none'}</td></tr>`)}
</tbody>
</table>`
}

export function signInPage ({ uid, appName, username, failed, users }: SignInPage): string {
  const problem = failed
    ? html`<p class="error" id="problem" role="alert">Wrong username or password. Try again.</p>`
    : undefined
  const described = failed ? html` aria-invalid="true" aria-describedby="problem"` : undefined
  return layout('Sign in', html`<h1>Sign in</h1>
<p>to continue to <strong>${appName}</strong></p>
${problem}
<form method="post" action="/sign-in" id="sign-in">
<input type="hidden" name="uid" value="${uid}">
<label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username"
  autocapitalize="none" spellcheck="false" required${failed ? undefined : html` autofocus`}${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
  required${failed ? html` autofocus` : undefined}${described}>
<div class="actions"><button type="submit">Sign in</button></div>
</form>
<h2>Users to try</h2>
${userTable(users)}`)
}
