/**
 * Who asks, as far as turns are concerned: an IPv4 address, or the first half of an IPv6 address, because one
 * host usually has all addresses below it. Does NOT know about proxies.
 * @param address `undefined` once the connection is gone, whatever Fastify's type of `request.ip` says
 */
export function sourceOf (address: string | undefined): string {
  if (!address?.includes(':')) return address ?? ''
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length)
  const [front = '', back] = address.split('::')
  const groups = front === '' ? [] : front.split(':')
  const missing = back === undefined ? 0 : 8 - groups.length - (back === '' ? 0 : back.split(':').length)
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(back ?? '').split(':')].slice(0, 4).join(':')
}
