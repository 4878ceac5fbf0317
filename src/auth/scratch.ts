/** More than the longest token decodes to. */
const scratch = Buffer.allocUnsafeSlow(8_200)

/**
 * The bytes of a base64url text, to be looked at before anything else is done: the next call overwrites them. Buffers of
 * their own would be most of what a new token leaves for the garbage collector.
 */
export function passingBytes (text: string): Buffer {
  return text.length <= scratch.length ? scratch.subarray(0, scratch.write(text, 'base64url')) : Buffer.from(text, 'base64url')
}
