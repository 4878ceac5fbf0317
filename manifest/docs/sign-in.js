/*
 * The dialog behind "Authorize". Swagger UI's own asks people for `client_id` and `client_secret` and does not say what
 * the token may do; its way of signing in (code flow with PKCE) stays. docs.js calls this with Swagger UI's parts.
 */

/** @param wanted permissions to tick when the dialog opens next; emptied then */
window.scopegateSignIn = ({ React, Oauth2, wanted }) => {
  const h = React.createElement

  class SignIn extends Oauth2 {
    constructor (props, context) {
      super(props, context)
      this.state.scopes = [...new Set([...this.state.scopes, ...wanted.splice(0)])]
    }

    start = () => {
      const { errActions, name } = this.props
      errActions.clear({ authId: name, type: 'auth', source: 'auth' }) // what an earlier try left
      this.authorize()
    }

    render () {
      const { authSelectors, errSelectors, name, schema } = this.props
      const authorization = authSelectors.authorized().get(name)
      const problems = errSelectors.allErrors().filter(error => error.get('authId') === name).toArray()
      const disabled = !authSelectors.getConfigs()?.clientId
      return h('div', { className: 'sign-in-panel' },
        authorization
          ? outcome(authorization)
          : h('p', null, 'You sign in at the authorization server, in a window of its own, and decide there what this page may do for you.'),
        h('fieldset', { disabled },
          h('legend', null, 'Permissions to ask for'),
          schema.get('scopes').entrySeq().map(([scope, description]) => choice(scope, description, this)).toArray()),
        problems.map((error, index) => h('p', { key: index, role: 'alert', className: 'problem' }, error.get('message'))),
        disabled && h('p', { className: 'problem' }, 'Nobody can sign in here: the operator has not set DOCS_CLIENT_ID.'),
        h('div', { className: 'sign-in-buttons' },
          h('button', { type: 'button', className: 'btn authorize', disabled, onClick: this.start }, authorization ? 'Sign in again' : 'Sign in'),
          authorization && h('button', { type: 'button', className: 'btn', onClick: this.logout }, 'Forget this sign-in'),
          h('button', { type: 'button', className: 'btn btn-done', onClick: closeDialog }, 'Close')))
    }
  }

  /** What came of it. A token answer without `scope` means: all that was asked (RFC 6749 section 5.1). */
  function outcome (authorization) {
    const asked = authorization.get('scopes').toArray()
    const held = authorization.getIn(['token', 'scope'])?.split(' ').filter(Boolean) ?? asked
    const missing = asked.filter(scope => !held.includes(scope))
    return h('div', { role: 'status', className: 'signed-in' },
      h('p', null, h('strong', null, 'Signed in. '), held.length > 0 ? 'This page may use ' : 'This page got no permission.', listed(held)),
      missing.length > 0 && h('p', null, 'Not given, because this account does not have it: ', listed(missing)))
  }

  const listed = scopes => scopes.map((scope, index) => h(React.Fragment, { key: scope }, index > 0 && ', ', h('code', null, scope)))

  function choice (scope, description, { state, onScopeChange }) {
    const id = `scope-${scope}`
    return h('div', { key: scope, className: 'choice' },
      h('input', { id, type: 'checkbox', 'data-value': scope, checked: state.scopes.includes(scope), onChange: onScopeChange }),
      h('label', { htmlFor: id }, description, ' ', h('code', null, scope)))
  }

  /** By way of the dialog itself, which gives the focus back to where it was. */
  const closeDialog = event => event.currentTarget.closest('dialog').close()

  return SignIn
}
