/** What the person in front of the browser does. */
export interface Choice {
  username: string
  password: string
  consent: 'allow' | 'deny'
}

/** How an authorization request went. */
export interface Outcome {
  /** Where the browser was sent in the end; it is not fetched. */
  callback: URL
  signInShown: boolean
  consentShown: boolean
  /** The permissions on the consent page, by name and in its words. */
  consentScopes: string[]
  consentText: string[]
  appName?: string
}

type Attributes = Record<string, string>

interface Form {
  action: string
  inputs: Attributes[]
  buttons: Attributes[]
}

interface Page { url: URL, status: number, body: string }

const entities: Attributes = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'', nbsp: ' ' }

const decode = (text: string): string =>
  text.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity)

const plain = (markup: string): string =>
  decode(markup.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim()

function attributes (tag: string): Attributes {
  const found = tag.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)
  return Object.fromEntries([...found].map(([, name = '', double, single, bare]) =>
    [name.toLowerCase(), decode(double ?? single ?? bare ?? '')]))
}

function tags (markup: string, name: string): Attributes[] {
  return [...markup.matchAll(new RegExp(`<${name}\\b((?:"[^"]*"|'[^']*'|[^>])*)>`, 'gi'))]
    .map(([, inner = '']) => attributes(inner))
}

function formOf (body: string): Form | undefined {
  const [, tag = '', inner = ''] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(body) ?? []
  if (tag === '') return undefined
  return {
    action: attributes(tag).action ?? '', inputs: tags(inner, 'input'), buttons: tags(inner, 'button')
  }
}

function listOf (body: string): Array<{ scope: string, text: string }> {
  return [...body.matchAll(/<li\b([^>]*)>([\s\S]*?)<\/li>/gi)]
    .map(([, tag = '', inner = '']) => ({ scope: attributes(tag)['data-scope'], text: plain(inner) }))
    .flatMap(({ scope, text }) => scope === undefined ? [] : [{ scope, text }])
}

/** Cookies of one host, sent where their path says. Ports do not separate cookies (RFC 6265 8.5). */
class CookieJar {
  readonly #cookies = new Map<string, { name: string, value: string, path: string }>()

  keep (setCookie: string[]): void {
    for (const line of setCookie) {
      const [pair = '', ...rest] = line.split(';').map(part => part.trim())
      const [name = '', ...value] = pair.split('=')
      const options = attributes(rest.map(part => part.replace(/=(.*)$/, '="$1"')).join(' '))
      const path = options.path ?? '/'
      const gone = options.expires !== undefined && Date.parse(options.expires) <= Date.now()
      if (gone) this.#cookies.delete(`${name} ${path}`)
      else this.#cookies.set(`${name} ${path}`, { name, value: value.join('='), path })
    }
  }

  for ({ pathname }: URL): string {
    return [...this.#cookies.values()]
      .filter(({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`).join('; ')
  }
}

/**
 * A person with a browser, for tests and the demo: follows the embedded authorization server's
 * redirects and fills in its forms. Keeps its cookies, so that a second request finds the session.
 * Not a browser: it runs no script (it sends forms that a script would send) and obeys no CSP.
 */
export class FormBrowser {
  readonly #jars = new Map<string, CookieJar>()

  /** Runs an authorization request until a redirect leaves the authorization server. */
  async authorize (url: string, choice: Choice): Promise<Outcome> {
    const seen: Omit<Outcome, 'callback'> = {
      signInShown: false, consentShown: false, consentScopes: [], consentText: []
    }
    let step = await this.#request(new URL(url))
    for (let count = 0; count < 20; count++) {
      if (step instanceof URL) {
        if (step.origin !== new URL(url).origin) return { callback: step, ...seen }
        step = await this.#request(step)
      } else {
        step = await this.#answer(step, choice, seen)
      }
    }
    throw new Error(`no end to the redirects and pages after ${url}`)
  }

  async #answer (page: Page, choice: Choice, seen: Omit<Outcome, 'callback'>): Promise<Page | URL> {
    const form = formOf(page.body)
    if (form === undefined) {
      throw new Error(`${page.url.pathname} answered ${page.status}: ${plain(page.body).slice(0, 400)}`)
    }
    const fields = new URLSearchParams()
    for (const { name, value = '' } of form.inputs) if (name !== undefined) fields.append(name, value)
    if (form.inputs.some(({ type }) => type === 'password')) {
      if (page.status >= 400) throw new Error(`the sign-in of ${choice.username} was refused`)
      seen.signInShown = true
      fields.set('username', choice.username)
      fields.set('password', choice.password)
    } else if (form.buttons.some(({ name }) => name === 'decision')) {
      const list = listOf(page.body)
      seen.consentShown = true
      seen.consentScopes = list.map(({ scope }) => scope)
      seen.consentText = list.map(({ text }) => text)
      seen.appName = plain(/<\w+ data-app>([\s\S]*?)</.exec(page.body)?.[1] ?? '')
      fields.set('decision', choice.consent)
    }
    return await this.#request(new URL(form.action, page.url), fields)
  }

  /** One exchange: the page, or the address of the redirect. */
  async #request (url: URL, form?: URLSearchParams): Promise<Page | URL> {
    const jar = this.#jars.get(url.hostname) ?? new CookieJar()
    this.#jars.set(url.hostname, jar)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: jar.for(url) },
      ...(form === undefined ? {} : { method: 'POST', body: form })
    })
    jar.keep(response.headers.getSetCookie())
    const body = await response.text()
    const location = response.headers.get('location')
    return location === null ? { url, status: response.status, body } : new URL(location, url)
  }
}
