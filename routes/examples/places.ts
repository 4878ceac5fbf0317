import { Problem } from '../../src/errors.js'
import { MAX_PLACES } from '../../src/places/service.js'

export const newPlaceExample = { name: 'Home', latitude: 47.6, longitude: -122.3 }
export const placeChangesExample = { name: 'Cabin' }
export const placeIdExample = '0b6ee9cc-3d4a-4b58-9a5f-6a52a1c1f0d7'
export const placeExample = { id: placeIdExample, ...newPlaceExample }
export const changedPlaceExample = { ...placeExample, ...placeChangesExample }
export const placesExample = { places: [placeExample] }

export const noSuchPlace = new Problem('place_not_found', 'You have no place with this id.')
export const tooManyPlaces = new Problem('place_limit_reached', `You already keep ${MAX_PLACES} places; delete one first.`)
