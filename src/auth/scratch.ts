/** More than any token has. */
const scratch = Buffer.allocUnsafeSlow(8_200)
/** Bytes of one character, at most. */
const most = { base64url: 1, utf8: 3 } as const

/**
 * The bytes of a text, for whoever is done with them before anything else is done: the next call overwrites them. Buffers of
 * their own would be most of what a new token leaves for the garbage collector.
 */
export function passingBytes (text: string, encoding: keyof typeof most): Buffer {
  return text.length * most[encoding] <= scratch.length ? scratch.subarray(0, scratch.write(text, encoding)) : Buffer.from(text, encoding)
}
