/** An absolute http(s) URL that is nothing but an origin, without its trailing slash; else `undefined`. */
export function parseOrigin (text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) return undefined
  // `new URL` forgives "https:host" and back slashes; a configuration value should not need it.
  return /^https?:\/\/[^\\/?#]+\/?$/i.test(text) ? url : undefined
}

/** RFC 8707 section 2: an absolute URI without a fragment. Kept as written, because it is compared exactly. */
export function isResourceIndicator (text: string): boolean {
  return URL.canParse(text) && !text.includes('#') && !/[\s"\\]/.test(text)
}

/** Whether the host of a URL is this machine's loopback interface (RFC 8252 section 7.3). */
export function isLoopback (url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname)
}
