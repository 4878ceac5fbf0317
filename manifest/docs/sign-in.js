/*
 * The dialog behind "Authorize". Swagger UI's own asks people for `client_id` and `client_secret` and does not say what
 * the token may do; its way of signing in (code flow with PKCE) stays. docs.js calls this with Swagger UI's parts.
 */

/** @param wanted permissions to tick when the dialog opens next; emptied then */
window.scopegateSignIn = ({ React, Oauth2, wanted }) => {
  const h = React.createElement
  /** A sign-in was started in this page: the authorization server may know somebody by now. */
  let started = false

  class SignIn extends Oauth2 {
    constructor (props, context) {
      super(props, context)
      this.state.scopes = [...new Set([...this.state.scopes, ...wanted.splice(0)])]
    }

    /** @param prompt as OpenID Connect Core section 3.1.2.1 has it, or nothing; docs.js puts it into the address */
    start = prompt => {
      const { errActions, name } = this.props
      errActions.clear({ authId: name, type: 'auth', source: 'auth' }) // what an earlier try left
      started = true
      this.setState({ prompt }, this.authorize)
    }

    render () {
      const { authSelectors, errSelectors, name, schema } = this.props
      const authorization = authSelectors.authorized().get(name)
      const problems = errSelectors.allErrors().filter(error => error.get('authId') === name).toArray()
      const disabled = !authSelectors.getConfigs()?.clientId
      const nothingTicked = !schema.get('scopes').keySeq().some(scope => this.state.scopes.includes(scope))
      const button = (text, onClick) => h('button', { type: 'button', className: 'btn authorize', disabled: disabled || nothingTicked, onClick }, text)
      return h('div', { className: 'sign-in-panel' },
        authorization
          ? outcome(authorization)
          : h('p', null, 'You sign in at the authorization server, in a window of its own, and decide there what this page may do for you.',
            started && ' It remembers who signed in there last.'),
        h('fieldset', { disabled },
          h('legend', null, 'Permissions to ask for'),
          schema.get('scopes').entrySeq().map(([scope, description]) => choice(scope, description, this)).toArray()),
        problems.map((error, index) => h('p', { key: index, role: 'alert', className: 'problem' }, error.get('message'))),
        disabled && h('p', { className: 'problem' }, 'Nobody can sign in here: the operator has not set DOCS_CLIENT_ID.'),
        !disabled && nothingTicked && h('p', { role: 'status' }, 'Tick at least one permission to sign in.'),
        h('div', { className: 'sign-in-buttons' },
          button(authorization ? 'Sign in again' : 'Sign in', () => this.start()),
          started && button('Use another account', () => this.start('login')),
          authorization && h('button', { type: 'button', className: 'btn', onClick: this.logout }, 'Forget this sign-in'),
          h('button', { type: 'button', className: 'btn btn-done', onClick: closeDialog }, 'Close')))
    }
  }

  /**
   * Whom the token speaks for, as the API says it: without `openid` the page learns no name, and an access token is
   * not a client's to read (RFC 9068 section 6). Says nothing while there is no answer; each operation tells why.
   */
  class Account extends React.Component {
    state = {}

    async componentDidMount () {
      const headers = { authorization: `Bearer ${this.props.token}` }
      const answer = await fetch('/v1/me', { headers }).then(response => response.ok ? response.json() : {}, () => ({}))
      this.setState({ sub: answer.sub })
    }

    render () {
      const { sub } = this.state
      return sub !== undefined && h('span', { className: 'account' }, ' as ', h('code', null, sub))
    }
  }

  /** What came of it. A token answer without `scope` means: all that was asked (RFC 6749 section 5.1). */
  function outcome (authorization) {
    const asked = authorization.get('scopes').toArray()
    const held = authorization.getIn(['token', 'scope'])?.split(' ').filter(Boolean) ?? asked
    const token = authorization.getIn(['token', 'access_token'])
    const missing = asked.filter(scope => !held.includes(scope))
    return h('div', { role: 'status', className: 'signed-in' },
      h('p', null, h('strong', null, 'Signed in'), h(Account, { key: token, token }), '. ', held.length > 0 ? 'This page may use ' : 'This page got no permission.', listed(held)),
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
