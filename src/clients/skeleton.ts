/**
 * What a name looks like, whatever letters it is written with (the idea of Unicode TS #39 section 4,
 * with a table of the look-alikes that can stand in a name here).
 */

/** Capitals that look like a Latin letter while their small forms do not, or like another one: Cyrillic, Greek. */
const capitals = byLookAlike({
  b: 'ВΒ',
  e: 'ΕΣ',
  g: 'Ԍ',
  h: 'НΗ',
  k: 'Κ',
  m: 'Μ',
  n: 'Ν',
  p: 'Ρ',
  s: 'Ѕ',
  t: 'ТΤ',
  x: 'Χ',
  y: 'УҮΥ',
  z: 'Ζ'
})

/**
 * What looks like a Latin letter: Cyrillic, Greek, Armenian, Latin with strokes and hooks that no
 * decomposition takes off, digits; and "i", because its capital is one stroke like "l" and 1.
 */
const small = byLookAlike({
  a: 'аαʌⱥ4',
  ae: 'æ',
  b: 'бвьβƀƃƅɓ8',
  c: 'сҫςƈȼɔ',
  d: 'ԁðđƌȡɖɗ',
  e: 'езэєҽεƹǝȝɇəɛʒ3',
  f: 'ғƒ',
  g: 'ԍցǥɠ69qԛգզɋ',
  h: 'нңһիհħ',
  j: 'јϳյȷɉ',
  k: 'кқҝҡκĸƙ',
  l: 'іӏιլıłƚƪȴɨɩ1i',
  m: 'м',
  n: 'пηոŋƞȵɲ',
  o: 'оөοσօøƍɵ0',
  oe: 'œ',
  p: 'рρքþƥƿ',
  r: 'гɍ',
  s: 'ѕƨƽȿ5',
  ss: 'ß',
  t: 'тτŧƫƭȶʈⱦ7',
  u: 'иμυսʉʊ',
  v: 'ѵνʋỽ',
  w: 'ѡԝωɯ',
  x: 'хҳχ',
  y: 'уүγƴɏɣỿ',
  z: 'ƶȥɀ'
})

/** Pairs that read as one letter in many typefaces. */
const pairs: ReadonlyArray<[string, string]> = [['rn', 'm'], ['vv', 'w']]

/**
 * The skeletons of a text: letters folded, diacritics, spaces and punctuation gone; once with pairs
 * such as "rn" left alone and once with them taken for one letter.
 */
export function skeletons (text: string): [plain: string, paired: string] {
  const words = foldLetters(text)
  const paired = pairs.reduce((result, [pair, letter]) => result.replaceAll(pair, letter), words)
  return [onlyLetters(words), onlyLetters(paired)]
}

/** Whether a name holds something that could be taken for `reserved`. */
export function looksLike (name: string, reserved: string): boolean {
  const [plain, paired] = skeletons(reserved)
  const [ownPlain, ownPaired] = skeletons(name)
  return ownPlain.includes(plain) || ownPaired.includes(paired)
}

function foldLetters (text: string): string {
  const bare = [...withoutMarks(text)].map(character => capitals.get(character) ?? character).join('')
  // Small letters first may need a mark ("İ"), so marks are taken off twice.
  const lower = withoutMarks(bare.toLowerCase())
  return [...lower].map(character => small.get(character) ?? character).join('')
}

function withoutMarks (text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '')
}

function onlyLetters (text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}

function byLookAlike (lookAlikes: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(lookAlikes).flatMap(([letter, others]) => [...others].map(other => [other, letter] as const)))
}
