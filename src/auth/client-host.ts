/** An IPv4 address written as an IPv6 one (RFC 4291 section 2.5.5.2), as the URL parser writes it. */
const MAPPED = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/

/**
 * The host of a URL in one spelling, whatever it was written like: the URL parser has settled case,
 * punycode, percent signs, user info, port and forms of IPv4 addresses already; dots at the end and IPv4
 * addresses in IPv6 form are settled here.
 */
export function hostOf ({ hostname }: URL): string {
  const [, high, low] = MAPPED.exec(hostname) ?? []
  if (high === undefined || low === undefined) return hostname.replace(/(?<!\.)\.+$/, '')
  return [high, low].flatMap(part => [parseInt(part, 16) >> 8, parseInt(part, 16) & 0xff]).join('.')
}

/** Whether it is the domain itself or one below it; both as {@link hostOf} writes them. An IP address is below none. */
export function isWithin (host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}
