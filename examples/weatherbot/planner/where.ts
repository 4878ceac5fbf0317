/** A place that the API can be asked about: by name, or by coordinates. */
export type Named = { place: string } | { latitude: number, longitude: number }

/** Or one that the person calls their own: it is among the saved places, whatever towns are called so. */
export type Where = Named | { saved: string }

const coordinates = /^([+-]?\d{1,3}(?:\.\d+)?)\s*[,;]\s*([+-]?\d{1,3}(?:\.\d+)?)$/

/** What a person wrote for a place. Whether there is such a place, the API knows. */
export function whereOf (text: string): Where | undefined {
  const place = tidy(text)
  const [, latitude, longitude] = coordinates.exec(place) ?? []
  if (latitude !== undefined) return { latitude: Number(latitude), longitude: Number(longitude) }
  const own = ownName(place)
  if (own !== undefined) return { saved: own }
  // What starts with a digit is a time or a number, not a place.
  return /^\D.*\p{L}|^\p{L}/u.test(place) ? { place } : undefined
}

/** What a person calls their own: "home", "my cabin". A town of that name needs its state: "Home, WA". */
export function ownName (text: string): string | undefined {
  const [, home, name] = /^(?:(?:my\s+|our\s+)?(home)|(?:my|our)\s+(\S.*))$/i.exec(tidy(text)) ?? []
  return home ?? name
}

/** The place in a question about the weather, after its words for time have been taken out. */
export function placeIn (question: string): Where | undefined {
  const text = tidy(question)
  // The last preposition counts: "the chance of rain in the evening in Seattle".
  const [, named] = /^(?:.*\s)?(?:for|in|at|near|around)\s+(.+)$/i.exec(text) ?? []
  const [, before] = /^(.+?)\s+(?:weather|forecast)$/i.exec(text.replace(/^(?:what(?:'s|’s| is)|show me|tell me|give me)\s+/i, '')) ?? []
  const [, after] = /\b(?:weather|forecast)\s+(.+)$/i.exec(text) ?? []
  const found = named ?? before ?? after
  const place = found?.replace(/^the\s+/i, '').replace(/\s+(?:weather|forecast)$/i, '')
  return place === undefined || /^(?:the|be|like|is|past|my)$/i.test(place) ? undefined : whereOf(place)
}

/** Without quotes, double spaces and the punctuation at the end. */
export function tidy (text: string): string {
  return text.replace(/["“”„]/g, ' ').replace(/\s+/g, ' ').replace(/^[\s,;:]+|[\s,;:?!.]+$/g, '')
}
