import { Type } from '@sinclair/typebox'

export const Latitude = Type.Number({ minimum: -90, maximum: 90, description: 'Degrees north of the equator, -90 to 90' })
export const Longitude = Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east of Greenwich, -180 to 180' })
