import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { logoutDonePage, logoutPage, problemPage } from './pages/messages.js'

/**
 * Errors that cannot be told to the client by a redirect (unknown client, wrong redirect URI):
 * a page for people, the JSON that Logto gives for everybody else.
 */
export function renderError (ctx: KoaContextWithOIDC, out: ErrorOut): void {
  if (ctx.accepts(['json', 'html']) !== 'html') {
    ctx.body = out
    return
  }
  ctx.type = 'html'
  ctx.body = problemPage('This cannot continue',
    out.error_description ?? 'The authorization request could not be processed.', out.error)
}

export function renderLogout (ctx: KoaContextWithOIDC, form: string): void {
  ctx.type = 'html'
  ctx.body = logoutPage(form)
}

export function renderLogoutDone (ctx: KoaContextWithOIDC): void {
  ctx.type = 'html'
  ctx.body = logoutDonePage()
}
