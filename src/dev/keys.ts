import { generateKeyPair, randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JWK } from 'oidc-provider'

export interface Keys {
  /** Private ES384 key with a fixed `kid` (its RFC 7638 thumbprint, which oidc-provider adds). */
  readonly signing: JWK
  /** Keys that sign the cookies. */
  readonly cookies: string[]
}

async function write (file: string, content: unknown): Promise<void> {
  // Written beside and renamed, so that a stop half-way leaves no half a key behind.
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(content))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}

async function readOrCreate<T> (
  file: string, isValid: (value: unknown) => value is T, create: () => Promise<T>
): Promise<T> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const created = await create()
    await write(file, created)
    return created
  }
  await chmod(file, 0o600)
  const value = parse(text)
  if (!isValid(value)) {
    throw new Error(`${file} cannot be read as a key; delete it to have a new one made`)
  }
  return value
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isSigningKey (value: unknown): value is JWK {
  return typeof value === 'object' && value !== null &&
    'crv' in value && value.crv === 'P-384' && 'd' in value && typeof value.d === 'string'
}

function isCookieKeys (value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(key => typeof key === 'string')
}

async function createSigningKey (): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-384' })
  const { kty, crv, x, y, d } = privateKey.export({ format: 'jwk' })
  return { kty, crv, x, y, d, use: 'sig', alg: 'ES384' }
}

/**
 * The keys of the embedded server, made at the first start and kept, readable by the owner only, so
 * that tokens and sessions outlive a restart.
 */
export async function loadKeys (dataDir: string): Promise<Keys> {
  const folder = join(dataDir, 'authorization-server')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    signing: await readOrCreate(join(folder, 'signing-key.json'), isSigningKey, createSigningKey),
    cookies: await readOrCreate(join(folder, 'cookie-keys.json'), isCookieKeys,
      async () => [randomBytes(32).toString('base64url')])
  }
}
