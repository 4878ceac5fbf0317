/** A body was longer than allowed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'

  constructor (readonly limit: number) {
    super(`body over ${limit} bytes`)
  }
}

/**
 * Reads a response's body and stops as soon as it is over `limit` bytes (counted after decompression,
 * whatever `Content-Length` says). Throws `BodyTooLarge`, or what the stream throws (abort, broken
 * connection). Does not look at status or content type.
 */
export async function readLimitedBytes (response: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  // leaving the loop by a throw cancels the stream, so the connection is given up
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limit) throw new BodyTooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The same as UTF-8 text, without a byte order mark. */
export async function readLimited (response: Response, limit: number): Promise<string> {
  return new TextDecoder().decode(await readLimitedBytes(response, limit))
}
