import { appendFileSync, closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Issuer, SigningAlgorithm } from './issuer.js'
import { mint } from './mint.js'

/** A run of tokens in a file; what a child process is told instead of the tokens themselves. */
export interface TokenRange {
  file: string
  /** Characters of one token. */
  length: number
  from: number
  count: number
}

export type TokenPool = ReturnType<typeof createTokenPool>

/**
 * Signed tokens, made before they are measured and used again by every server process, which sees
 * each "new" one once. In a file: so much text would not do any good in a message between processes.
 */
export function createTokenPool (issuer: Issuer, alg: SigningAlgorithm, folder: string) {
  const file = join(folder, `${alg}.tokens`)
  let made = 0
  let length = 0

  async function ensure (count: number): Promise<void> {
    if (count <= made) return
    const tokens = await mint(issuer.keys[alg], issuer.info, count - made)
    length ||= tokens[0]?.length ?? 0
    if (tokens.some(token => token.length !== length)) throw new Error('tokens differ in length; reading them back counts on one length')
    appendFileSync(file, tokens.map(token => `${token}\n`).join(''), 'latin1')
    made = count
  }

  return {
    alg,
    /** Tokens `from` … `from + count`; signs what is not there yet. */
    async range (from: number, count: number): Promise<TokenRange> {
      await ensure(from + count)
      return { file, length, from, count }
    }
  }
}

/** A range in so many equal ones. */
export function parts (range: TokenRange, count: number): TokenRange[] {
  const size = Math.floor(range.count / count)
  return Array.from({ length: count }, (_unused, index) => ({ ...range, from: range.from + index * size, count: size }))
}

/** Each token its own string: a slice of one long text would keep all of it in memory. */
export function readTokens (range: TokenRange): string[] {
  const { bytes, at } = openRange(range)
  return Array.from({ length: range.count }, (_unused, index) => at(bytes, index))
}

/** The bytes of a range, and how to read one token out of them. */
export function openRange ({ file, length, from, count }: TokenRange) {
  const line = length + 1
  const bytes = Buffer.alloc(count * line)
  const descriptor = openSync(file, 'r')
  const read = readSync(descriptor, bytes, 0, bytes.length, from * line)
  closeSync(descriptor)
  if (read !== bytes.length) throw new Error('the file holds fewer tokens than asked for')
  return { bytes, at: (buffer: Buffer, index: number) => buffer.toString('latin1', index * line, index * line + length) }
}
