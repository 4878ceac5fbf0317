/**
 * Where two JSON values differ in their members and types, not in their values. `null` goes with
 * anything: it says that there is a member. Of lists the first entries are compared.
 */
export function shapeDifferences (expected: unknown, actual: unknown, path = '$'): string[] {
  if (expected === null || actual === null) return expected === undefined || actual === undefined ? [`${path}: one is missing`] : []
  if (Array.isArray(expected) || Array.isArray(actual)) {
    if (!Array.isArray(expected) || !Array.isArray(actual)) return [`${path}: one is a list`]
    if (expected.length !== actual.length) return [`${path}: ${expected.length} entries, not ${actual.length}`]
    return expected.length === 0 ? [] : shapeDifferences(expected[0], actual[0], `${path}[0]`)
  }
  if (typeof expected !== typeof actual) return [`${path}: ${typeof expected}, not ${typeof actual}`]
  if (typeof expected !== 'object') return []
  return memberDifferences(expected, actual as object, path)
}

function memberDifferences (expected: object, actual: object, path: string): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...names].flatMap(name => {
    const at = `${path}.${name}`
    if (!(name in expected)) return [`${at}: too much`]
    if (!(name in actual)) return [`${at}: missing`]
    return shapeDifferences((expected as Record<string, unknown>)[name], (actual as Record<string, unknown>)[name], at)
  })
}
