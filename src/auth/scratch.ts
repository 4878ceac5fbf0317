/** As long as the longest token with its scheme. */
const scratch = Buffer.allocUnsafeSlow(8_200)

/**
 * The bytes of a text, to be looked at before anything else is done: the next call overwrites them. Buffers of their
 * own would be most of what a new token leaves for the garbage collector.
 * @param encoding one with at most a byte for each character
 */
export function passingBytes (text: string, encoding: 'latin1' | 'base64url'): Buffer {
  return text.length <= scratch.length ? scratch.subarray(0, scratch.write(text, encoding)) : Buffer.from(text, encoding)
}
