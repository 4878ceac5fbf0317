/**
 * Fills `{{name}}` in every string of a JSON value, after parsing: a value can't break the JSON.
 * @throws when the template names a value that is not given
 */
export function fillTemplate (template: unknown, values: Record<string, string>): unknown {
  if (typeof template === 'string') return fillText(template, values)
  if (Array.isArray(template)) return template.map(item => fillTemplate(item, values))
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillTemplate(value, values)]))
  }
  return template
}

/** Fills `{{name}}` in a text. Does NOT escape: that depends on what the text is. */
export function fillText (text: string, values: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new Error(`the template names "${name}", which has no value`)
    return value
  })
}
