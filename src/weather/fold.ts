/** Letters that NFKD leaves whole, as people type them without a special keyboard. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'], ['æ', 'ae'], ['œ', 'oe'], ['ø', 'o'], ['ł', 'l'], ['đ', 'd'], ['ð', 'd'],
  ['þ', 'th'], ['ħ', 'h'], ['ı', 'i'], ['ə', 'e'], ['&', ' and ']
])
const LETTER = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g')

/**
 * A name as it is compared: lower case, without diacritics, apostrophes and full stops; other
 * punctuation and white space become single spaces. "São Paulo" → "sao paulo", "Washington, D.C."
 * → "washington dc". Empty if nothing of it is a letter or digit. Does not transliterate.
 */
export function fold (text: string): string {
  return text.normalize('NFKD').toLowerCase()
    .replace(LETTER, letter => LETTERS.get(letter) ?? letter)
    .replace(/[\p{M}'’‘`.]+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
