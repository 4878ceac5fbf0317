import { isLoopback } from '../config/urls.js'
import { Problem } from '../errors.js'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/**
 * Which `Host` and `Origin` a request may have: those of `PUBLIC_URL` (with its port), and this machine's
 * other names where that is on loopback. A page whose name was made to point here (DNS rebinding) has
 * another name.
 */
export function createHostCheck (publicUrl: string) {
  const own = new URL(publicUrl)
  const names = isLoopback(own) ? [...loopbackNames, own.hostname] : [own.hostname]
  const hosts = new Set(names.map(name => own.port === '' ? name : `${name}:${own.port}`))
  // "example.com:443" is the same host as "example.com" where https is meant (RFC 9110 section 4.2.3).
  const port = own.port === '' ? (own.protocol === 'https:' ? '443' : '80') : own.port
  const spelled = new Set([...hosts, ...names.map(name => `${name}:${port}`)])
  const origins = new Set([...hosts].map(host => `${own.protocol}//${host}`))

  /** @throws Problem `foreign_host`, `foreign_origin` */
  return function checkHost ({ host, origin }: { host?: string, origin?: string }): void {
    if (host === undefined || !spelled.has(host.toLowerCase())) throw new Problem('foreign_host', `This address is served as ${own.host} only; a proxy in front has to pass the "Host" header on.`)
    if (origin !== undefined && !origins.has(origin.toLowerCase())) throw new Problem('foreign_origin', 'Pages of other origins may not call this; leave out the "Origin" header if you are no page.')
  }
}
