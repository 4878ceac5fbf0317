/*
 * Where the authorization server sends the person back to. Stands in for Swagger UI's own, which uses a code also when
 * `state` is not its own, and calls a cancelled consent unsafe: Logto comes back without any parameter then.
 */
(function finishSignIn () {
  const signIn = window.opener?.swaggerUIRedirectOauth2
  if (signIn === undefined) return // opened by hand, or cut off from the page: the text in the window says what to do
  const answer = new URLSearchParams(window.location.search)
  const problem = problemIn(answer, signIn.state)
  if (problem === undefined) {
    signIn.auth.code = answer.get('code')
    signIn.callback({ auth: signIn.auth, redirectUrl: signIn.redirectUrl })
  } else {
    // "warning" stays in the dialog; Swagger UI would show an "error" above the page, too.
    signIn.errCb({ authId: signIn.auth.name, source: 'auth', level: 'warning', message: problem })
  }
  window.close()

  function problemIn (answer, state) {
    if ([...answer].length === 0) return 'Nothing was allowed: the sign-in was cancelled. You can try again.'
    if (answer.get('state') !== state) return 'The answer belongs to another sign-in. Start this one again.'
    if (answer.get('error') === 'access_denied') return 'Nothing was allowed: this account has none of these permissions, or the sign-in was cancelled.'
    if (answer.has('error')) return `The authorization server refused: ${answer.get('error_description') ?? answer.get('error')}`
    return answer.has('code') ? undefined : 'The authorization server sent no code. Start the sign-in again.'
  }
})()
