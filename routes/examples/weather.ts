import { Problem } from '../../src/errors.js'
import type { Forecast, Observations } from '../../src/weather/schemas.js'

const found = {
  attribution: 'Observations: NOAA National Centers for Environmental Information, Climate Data Online (U.S. government work), by way of vega-datasets; Place name: GeoNames (https://www.geonames.org/), CC BY 4.0',
  location: { name: 'Seattle', region: 'WA', country: 'US', latitude: 47.60621, longitude: -122.33207 },
  station: { name: 'Seattle–Tacoma International Airport', latitude: 47.4444, longitude: -122.3138, distanceKm: 18 }
}

/** `place=Seattle&days=2`, asked on 1 December 2026. */
export const forecastExample: Forecast = {
  source: 'observations',
  kind: 'climatological-outlook',
  ...found,
  note: 'Not a forecast: averages of 2012–2015 for these days of the year (±3 days), observed at the station named here.',
  days: [
    { date: '2026-12-01', temperatureMax: 9, temperatureMin: 2.7, precipitation: 6.1, precipitationProbability: 68, windSpeedMean: 4, weather: 'rain' },
    { date: '2026-12-02', temperatureMax: 8.7, temperatureMin: 2.9, precipitation: 5.5, precipitationProbability: 71, windSpeedMean: 4.1, weather: 'rain' }
  ]
}

/** `place=Seattle&from=2015-12-01&to=2015-12-10&limit=2`. */
export const observationsExample: Observations = {
  source: 'observations',
  ...found,
  note: 'Past measurements of the station Seattle–Tacoma International Airport, not of the very location, and not the present weather.',
  period: { from: '2012-01-01', to: '2015-12-31' },
  total: 10,
  days: [
    { date: '2015-12-10', temperatureMax: 11.7, temperatureMin: 6.1, precipitation: 9.4, windSpeedMean: 7.5, weather: 'rain' },
    { date: '2015-12-09', temperatureMax: 12.2, temperatureMin: 7.8, precipitation: 13.5, windSpeedMean: 6.3, weather: 'rain' }
  ]
}

export const unknownPlace = new Problem('unknown_place', 'No city named "Seatle" is known. Did you mean Seattle, US or SeaTac, US or Seaton, AU?', {
  members: { suggestions: ['Seattle, US', 'SeaTac, US', 'Seaton, AU'] }
})
export const noForecast = new Problem('bad_gateway', 'Open-Meteo could not be reached.')
