export interface Sent {
  url: URL
  method: string
  authorization?: string
  /** The fields of a form, such as a token request. */
  form: Record<string, string>
}

type Stub = (sent: Sent) => Response | undefined

const problem = (status: number, detail: string, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify({ status, detail }), { status, headers: { 'content-type': 'application/problem+json', ...headers } })

/** Between WeatherBot and the other servers: writes down what goes over the wire, and can answer in their place. */
export class Wire {
  readonly sent: Sent[] = []
  /** Every token that the authorization server gave out. */
  readonly secrets = new Set<string>()
  #stubs: Stub[] = []
  readonly #api: string
  readonly #endpoint: string

  constructor (api: string, endpoint: string) {
    this.#api = api
    this.#endpoint = endpoint
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    const form = init?.body instanceof URLSearchParams ? Object.fromEntries(init.body) : {}
    const sent = { url, method: init?.method ?? 'GET', authorization: headers.get('authorization') ?? undefined, form }
    this.sent.push(sent)
    for (const stub of this.#stubs) {
      const answer = stub(sent)
      if (answer !== undefined) return answer
    }
    const response = await fetch(input, init)
    if (url.pathname === '/oidc/token') await this.#remember(response.clone())
    return response
  }

  async #remember (response: Response): Promise<void> {
    const body = await response.json() as Record<string, unknown>
    for (const name of ['access_token', 'refresh_token', 'id_token']) {
      if (typeof body[name] === 'string') this.secrets.add(body[name])
    }
  }

  /** Calls of the API's own paths since the last `clear`. */
  get apiCalls (): Sent[] {
    return this.sent.filter(({ url }) => url.origin === this.#api && url.pathname.startsWith('/v1/'))
  }

  get tokenRequests (): Sent[] {
    return this.sent.filter(({ url }) => url.origin === this.#endpoint && url.pathname === '/oidc/token')
  }

  /** Forgets what was sent and answers nothing any more. */
  clear (): void {
    this.sent.length = 0
    this.#stubs = []
  }

  stub (stub: Stub): void {
    this.#stubs.push(stub)
  }

  /** The API finds this token expired from now on, as it would an hour later. */
  expire (token: string): void {
    this.stub(({ url, authorization }) => url.origin === this.#api && authorization === `Bearer ${token}`
      ? problem(401, 'The token has expired.', {
        'www-authenticate': `Bearer error="invalid_token", error_description="expired", scope="${url.pathname === '/v1/places' ? 'read:places' : 'read:weather'}", resource_metadata="${this.#api}/.well-known/oauth-protected-resource"`
      })
      : undefined)
  }

  /** The token that the last call of the API carried. */
  get lastToken (): string {
    return this.apiCalls.at(-1)?.authorization?.replace('Bearer ', '') ?? ''
  }

  /** The API answers so instead of by itself. */
  api (status: number, detail: string, headers?: Record<string, string>): void {
    this.stub(({ url }) => url.origin === this.#api && url.pathname.startsWith('/v1/') ? problem(status, detail, headers) : undefined)
  }
}
