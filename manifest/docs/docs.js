/*
 * What the documentation page changes in Swagger UI, as a plugin of it: the sign-in dialog, a way on from a 403, the way
 * back to the start page, and where `resource` stands in the token request.
 */
window.scopegateDocs = (() => {
  /** Permissions that a 403 named and the sign-in dialog is to tick. */
  const wanted = []

  const oauth2 = (Oauth2, { React }) => window.scopegateSignIn({ React, Oauth2, wanted })

  /** A modal `dialog`: the keyboard stays in it, Escape ends it. */
  const authorizationPopup = (_Original, { React }) => class extends React.Component {
    dialog = React.createRef()

    componentDidMount () {
      this.dialog.current.showModal()
    }

    forget = () => { this.props.authActions.showDefinitions(false) }

    render () {
      const h = React.createElement
      const { authSelectors, authActions, errSelectors, specSelectors, getComponent } = this.props
      const parts = { authSelectors, authActions, errSelectors, specSelectors, getComponent }
      return h('dialog', { ref: this.dialog, className: 'sign-in', 'aria-labelledby': 'sign-in-title', onClose: this.forget },
        h('h2', { id: 'sign-in-title' }, 'Sign in to try the API'),
        authSelectors.shownDefinitions().valueSeq().map((definitions, key) => h(getComponent('auths'), { key, ...parts, definitions })).toArray())
    }
  }

  /** Above an answer 403: what is missing, and a button that asks for it. */
  const liveResponse = (Original, { React, authActions, authSelectors }) => props => {
    const h = React.createElement
    const scopes = missingIn(props.response)
    const ask = () => {
      wanted.push(...scopes)
      authActions.showDefinitions(authSelectors.definitionsToAuthorize())
    }
    const hint = scopes.length > 0 && h('div', { className: 'missing-permission', role: 'status' },
      h('p', null, h('strong', null, 'Permission missing: '), h('code', null, scopes.join(' ')), '. The token does not carry it.'),
      h('button', { type: 'button', className: 'btn authorize', onClick: ask }, 'Ask for it'))
    return h(React.Fragment, null, hint, h(Original, props))
  }

  function missingIn (response) {
    if (response?.get('status') !== 403) return []
    try {
      const problem = JSON.parse(response.get('text'))
      return problem.code === 'insufficient_scope' ? problem.required_scopes : []
    } catch {
      return [] // not an answer of ours
    }
  }

  /** The dialog's wish for another account goes with the authorization request; Swagger UI knows fixed parameters only. */
  const authPopup = open => (address, signIn) =>
    open(signIn.auth.prompt === undefined ? address : `${address}&prompt=${encodeURIComponent(signIn.auth.prompt)}`, signIn)

  const BaseLayout = (Original, { React }) => props => React.createElement(React.Fragment, null,
    React.createElement('nav', { className: 'site', 'aria-label': 'Site' }, React.createElement('a', { href: '/' }, '← Start page')),
    React.createElement(Original, props))

  /** The document's own address; the one that Swagger UI read has only what this page shows. */
  const InfoUrl = (_Original, { React }) => () => React.createElement('a', { className: 'link', href: '/openapi.json' }, '/openapi.json')

  /** RFC 8707 section 2.2: `resource` belongs into the body of a token request; Swagger UI puts it into the address. */
  function requestInterceptor (request) {
    const isForm = Object.entries(request.headers ?? {}).some(([name, value]) => name.toLowerCase() === 'content-type' && /^application\/x-www-form-urlencoded/i.test(value))
    const form = new URLSearchParams(isForm && typeof request.body === 'string' ? request.body : '')
    if (!form.has('grant_type')) return request
    const url = new URL(request.url, window.location.href)
    for (const resource of url.searchParams.getAll('resource')) form.append('resource', resource)
    url.searchParams.delete('resource')
    return Object.assign(request, { url: url.href, body: form.toString() })
  }

  const plugin = {
    wrapComponents: { oauth2, authorizationPopup, liveResponse, BaseLayout, InfoUrl },
    statePlugins: { auth: { wrapActions: { authPopup } } }
  }
  return { requestInterceptor, plugin }
})()
