import { seed } from '../../src/dev/index.js'
import { FormBrowser, type Choice, type Outcome } from '../../examples/shared/form-browser.js'
import type { World } from './weatherbot-world.js'

export interface Page { status: number, body: string, headers: Headers, url: URL, location?: URL }

type Who = keyof typeof seed.users

/** A person with a browser at WeatherBot: keeps its cookie, and everything that it was ever sent. */
export class Person {
  cookie = ''
  readonly received: string[] = []
  readonly #world: Pick<World, 'botUrl'>
  readonly #forms = new FormBrowser()

  constructor (world: Pick<World, 'botUrl'>) {
    this.#world = world
  }

  async request (path: string, form?: Record<string, string>, origin: string | null = this.#world.botUrl): Promise<Page> {
    const url = new URL(path, this.#world.botUrl)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(form === undefined || origin === null ? {} : { origin })
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) })
    })
    const body = await response.text()
    this.received.push(body, JSON.stringify([...response.headers]))
    for (const line of response.headers.getSetCookie()) this.cookie = /^[^;]*/.exec(line)?.[0].replace(/^[^=]*=$/, '') ?? ''
    const location = response.headers.get('location')
    return { status: response.status, body, headers: response.headers, url, ...(location === null ? {} : { location: new URL(location, url) }) }
  }

  /** Asks and stops at the first redirect. */
  async post (question: string): Promise<Page> {
    return await this.request('/ask', { question })
  }

  /** Signs in and decides at the authorization server; the callback is not fetched. */
  async decide (page: Page, consent: Choice['consent'] = 'allow', who: Who = 'alice'): Promise<Outcome> {
    const { username, password } = seed.users[who]
    return await this.#forms.authorize(page.location?.href ?? 'no redirect', { username, password, consent })
  }

  /** Asks, and goes wherever it leads until a page is shown. */
  async ask (question: string, consent: Choice['consent'] = 'allow', who: Who = 'alice'): Promise<{ page: Page, rounds: Outcome[], redirects: URL[] }> {
    return await this.follow(await this.post(question), consent, who)
  }

  async follow (first: Page, consent: Choice['consent'] = 'allow', who: Who = 'alice') {
    const rounds: Outcome[] = []
    const redirects: URL[] = []
    let page = first
    while (page.location !== undefined) {
      if (redirects.length > 12) throw new Error('WeatherBot goes round in circles')
      redirects.push(page.location)
      if (page.location.origin === new URL(this.#world.botUrl).origin) {
        page = await this.request(page.location.href)
      } else {
        const outcome = await this.decide(page, consent, who)
        rounds.push(outcome)
        page = await this.request(outcome.callback.href)
      }
    }
    return { page, rounds, redirects }
  }
}

/** How WeatherBot says a question ended. */
export const outcomeOf = ({ body }: Page): string | undefined => /data-outcome="([^"]*)"/.exec(body)?.[1]

/** The permissions that WeatherBot says it has. */
export const permissionsOf = ({ body }: Page): string[] =>
  [.../<div id="permissions">(.*?)<\/div>/s.exec(body)?.[1]?.matchAll(/data-scope="([^"]*)"/g) ?? []].map(([, scope = '']) => scope)
