import { randomInt } from 'node:crypto'

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'
const ALL = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`

function random (alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** As Logto makes them: 21 characters for most entities, 12 for users, 32 for secrets. */
export const newId = (): string => random(LOWER, 21)
export const newUserId = (): string => random(LOWER, 12)
export const newSecret = (): string => random(ALL, 32)
