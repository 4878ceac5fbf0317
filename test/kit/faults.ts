import type { TestIssuer } from './issuer.js'
import type { KeySetBehaviour } from './key-set-behaviour.js'
import { createSigningKey, type SigningKey } from './keys.js'

/** A way in which an authorization server can fail to say that a key is good. */
export interface Fault {
  readonly name: string
  /**
   * Whether the set can be read and holds usable keys, only not the one in question. Then that key
   * counts as withdrawn; else nothing is known about any key.
   */
  readonly readable: boolean
  /** Breaks the set that should hold `key`; `beside` is a key that may stay. */
  cause (issuer: TestIssuer, key: SigningKey, beside: SigningKey): void | Promise<void>
}

const behaviour = (name: string, next: KeySetBehaviour): Fault => ({ name, readable: false, cause: issuer => { issuer.behave(next) } })
const twin = ({ kid }: SigningKey) => createSigningKey('ES384', { kid })

export const faults: readonly Fault[] = [
  behaviour('connection closed', 'down'),
  { name: 'nobody listening', readable: false, cause: issuer => issuer.stop() },
  behaviour('no answer', 'slow'),
  behaviour('HTML', 'html'),
  behaviour('half a JSON', 'half-json'),
  behaviour('10 MB', 'huge'),
  behaviour('redirect', 'redirect'),
  behaviour('status 500', 'error'),
  behaviour('empty set', 'empty'),
  { name: 'only the kid twice', readable: false, cause: (issuer, key) => { issuer.publish(key, twin(key)) } },
  { name: 'the kid twice, and another', readable: true, cause: (issuer, key, beside) => { issuer.publish(key, twin(key), beside) } },
  { name: 'other kids only', readable: true, cause: issuer => { issuer.publish(createSigningKey('ES384')) } }
]

/** The end of any fault: from now on the set holds exactly these keys. */
export async function heal (issuer: TestIssuer, ...keys: SigningKey[]): Promise<void> {
  await issuer.resume()
  issuer.behave('healthy')
  issuer.publish(...keys)
}
