import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// Reads Wycheproof's files (github.com/C2SP/wycheproof), which stay outside this repository.

export type Jwk = Record<string, unknown>
export type Verdict = 'valid' | 'acceptable' | 'invalid'

interface Vector {
  /** File and number: where to look when it fails. */
  readonly id: string
  readonly result: Verdict
}
/** A whole token (or something that claims to be one) under published keys. */
export interface TokenVector extends Vector { readonly token: string }
/** A bare signature. */
export interface SignatureVector extends Vector {
  readonly kid: string
  /** One character a byte. */
  readonly message: string
  readonly signature: Buffer
}
export interface TokenGroup { readonly keys: readonly Jwk[], readonly vectors: readonly TokenVector[] }
export interface SignatureGroup { readonly keys: readonly Jwk[], readonly vectors: readonly SignatureVector[] }

interface Test { tcId: number, comment: string, result: Verdict }
interface JsonWebTest extends Test { jws?: string | object, jwe?: string | object }
interface SignatureTest extends Test { msg: string, sig: string }
type KeyOrSet = Jwk & { keys?: Jwk[] }

/** @throws with what to do when the folder is not named, or holds no vectors */
export function wycheproofFolder (): string {
  const folder = process.env['WYCHEPROOF']
  if (folder === undefined || folder === '') throw new Error('Set WYCHEPROOF to a checkout of https://github.com/C2SP/wycheproof (a folder with testvectors_v1/).')
  return join(folder, 'testvectors_v1')
}

function readGroups<T> (file: string): T[] {
  const path = join(wycheproofFolder(), `${file}_test.json`)
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: T[] }).testGroups
  } catch (cause) {
    throw new Error(`WYCHEPROOF: ${path} cannot be read as test vectors`, { cause })
  }
}

const idOf = (file: string, test: Test) => `${file} ${test.tcId} (${test.comment})`

/** Vectors of the JOSE files. Groups without a public key are published with what they have. */
export function tokenGroups (file: string): TokenGroup[] {
  const groups = readGroups<{ public?: KeyOrSet, private: KeyOrSet, tests: JsonWebTest[] }>(file)
  return groups.map(group => {
    const key = group.public ?? group.private
    const vectors = group.tests.map(test => {
      const token = test.jws ?? test.jwe ?? ''
      return { id: idOf(file, test), result: test.result, token: typeof token === 'string' ? token : JSON.stringify(token) }
    })
    return { keys: key.keys ?? [key], vectors }
  })
}

/** All vectors of a file of bare signatures: its keys as one key set, made from the public key of each group. */
export function signatureGroup (file: string): SignatureGroup {
  const groups = readGroups<{ publicKeyDer: string, tests: SignatureTest[] }>(file)
  const kidOf = (index: number) => `${file} group ${index}`
  return {
    keys: groups.map(({ publicKeyDer }, index) => ({
      ...createPublicKey({ key: Buffer.from(publicKeyDer, 'hex'), format: 'der', type: 'spki' }).export({ format: 'jwk' }),
      kid: kidOf(index)
    })),
    vectors: groups.flatMap(({ tests }, index) => tests.map(test => ({
      id: idOf(file, test),
      result: test.result,
      kid: kidOf(index),
      message: Buffer.from(test.msg, 'hex').toString('latin1'),
      signature: Buffer.from(test.sig, 'hex')
    })))
  }
}
