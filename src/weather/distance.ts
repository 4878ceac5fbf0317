export interface Coordinates {
  latitude: number
  longitude: number
}

/** The earth's mean radius in km (IUGG). */
const EARTH_RADIUS_KM = 6371.0088

const radians = (degrees: number): number => degrees * Math.PI / 180

/**
 * Great-circle distance in km (haversine). The earth is taken as a sphere: up to 0.5 % off.
 * Does not check that the coordinates are on the globe.
 */
export function distanceKm (a: Coordinates, b: Coordinates): number {
  const halfLat = Math.sin(radians(b.latitude - a.latitude) / 2)
  const halfLon = Math.sin(radians(b.longitude - a.longitude) / 2)
  const h = halfLat ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * halfLon ** 2
  // rounding can lift h over 1 for opposite points
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}
