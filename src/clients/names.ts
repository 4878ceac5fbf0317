import { invalidMetadata, shown } from './metadata-error.js'
import { looksLike } from './skeleton.js'

const MIN_LENGTH = 2
const MAX_LENGTH = 50

/** Latin letters that people write with; those of phonetics are left out, because they are used to deceive. */
const LATIN = 'A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u01bf\\u01c4-\\u024f\\u1e00-\\u1eff'
/** What one name may be written with; Japanese, Korean and Chinese mix scripts by nature. */
const scripts = [
  LATIN,
  ...['Cyrillic', 'Greek', 'Armenian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Khmer', 'Georgian', 'Ethiopic']
    .map(script => `\\p{Script=${script}}`),
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u30fc\\u3005',
  '\\p{Script=Han}\\p{Script=Hangul}',
  '\\p{Script=Han}\\p{Script=Bopomofo}'
]
/** What every script uses. */
const COMMON = "0-9 .\\-_'&"
const oneScript = scripts.map(script => new RegExp(`^[${script}${COMMON}]+$`, 'u'))
const allowed = new RegExp(`^[${scripts.join('')}${COMMON}]+$`, 'u')

/** Letters and their marks; the rest of \p{Script} (symbols, digits of its own) has no place in a name. */
const LETTERS = new RegExp(`^[\\p{L}\\p{M}${COMMON}]+$`, 'u')
/** More marks on one letter than any language needs. */
const PILE = /\p{M}{4}/u
/** Control, bidi and zero-width characters, half of a surrogate pair, and what Unicode has not assigned. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/**
 * The rule for names that people read on a consent page: one script, nothing invisible, nothing
 * that could be taken for one of `reserved`. Does NOT check that a name is given to one client only.
 */
export function createNameRule (reserved: readonly string[]) {
  /** @throws MetadataError `invalid_client_metadata` */
  return function readName (value: unknown): string {
    if (typeof value !== 'string') throw unfit(value === undefined ? 'is needed: what people read on the consent page.' : 'expected text.')
    const name = value.trim()
    const length = [...name].length
    if (length < MIN_LENGTH || length > MAX_LENGTH) throw unfit(`expected ${MIN_LENGTH} to ${MAX_LENGTH} characters, found ${length}.`)
    if (INVISIBLE.test(name)) throw unfit(`${shown(name)} has control, bidi, zero-width or unassigned characters.`)
    if (name.normalize('NFKC') !== name) throw unfit(`${shown(name)} has characters that stand for others (not in Unicode form NFKC).`)
    if (!allowed.test(name) || !LETTERS.test(name) || PILE.test(name)) throw unfit(`${shown(name)}: letters, digits 0-9, spaces and . - _ ' & only.`)
    if (!oneScript.some(script => script.test(name))) throw unfit(`${shown(name)} mixes letters of several scripts.`)
    if (!/\p{L}/u.test(name)) throw unfit(`${shown(name)} has no letter.`)
    const taken = reserved.find(one => looksLike(name, one))
    if (taken !== undefined) throw unfit(`${shown(name)} could be taken for "${taken}"; choose another name.`)
    return name
  }
}

function unfit (what: string) {
  return invalidMetadata('client_name', what)
}
