import type { Day, Forecast, Location, Observations, Place } from '../shapes.js'
import { html, type Html } from './html.js'

/** Days ahead. What the API calls it (`kind`, `note`) and where it comes from is shown as given. */
export function forecastView (forecast: Forecast, saved?: Place): Html {
  const { kind, location, note, days } = forecast
  return html`<div data-kind="${kind}" data-source="${forecast.source}">
<p>${heading(location, saved)}</p>
<p id="note" class="notice">${note}</p>
${table(`Days ahead for ${placeName(location)}`, days)}
${origin(forecast, kind)}
</div>`
}

/** Past days, with the station and the days it has. */
export function observationsView (observations: Observations, saved?: Place): Html {
  const { location, note, days, total, period, source } = observations
  const more = total > days.length ? html` The newest ${days.length} of ${total} days are shown.` : undefined
  return html`<div data-kind="observations" data-source="${source}">
<p>${heading(location, saved)}</p>
<p id="note" class="notice">${note}</p>
<p>There are observations from ${period.from} to ${period.to}.${more}</p>
${table(`Past days for ${placeName(location)}`, days)}
${origin(observations)}
</div>`
}

/** A saved place goes by the name that the person gave it. */
function heading (location: Location, saved?: Place): Html {
  if (saved === undefined) return html`<strong>${placeName(location)}</strong>`
  return html`<strong id="saved-place" data-place="${saved.id}">${saved.name}</strong>, your saved place (${saved.latitude}, ${saved.longitude})`
}

function placeName ({ name, region, country, latitude, longitude }: Location): string {
  return name === undefined ? `${latitude}, ${longitude}` : [name, region, country].filter(part => part !== undefined).join(', ')
}

function origin ({ source, attribution, station }: Pick<Forecast, 'source' | 'attribution' | 'station'>, kind?: string): Html {
  const distance = station?.distanceKm === undefined ? '' : `, ${station.distanceKm} km away`
  return html`<dl class="origin">
${kind === undefined ? undefined : html`<dt>Kind</dt><dd id="kind">${kind}</dd>`}
<dt>Source</dt><dd id="source">${source}</dd>
${station === undefined ? undefined : html`<dt>Station</dt><dd>${station.name}${distance}</dd>`}
<dt>Attribution</dt><dd id="attribution">${attribution}</dd>
</dl>`
}

type Column = readonly [heading: string, text: (day: Day) => string | undefined]

const number = (value: number | undefined): string | undefined => value === undefined ? undefined : String(value)

/** Units stand in the headings, so that a phone has room for all of it. */
const columns: readonly Column[] = [
  ['Weather', day => day.weather],
  ['High °C', day => number(day.temperatureMax)],
  ['Low °C', day => number(day.temperatureMin)],
  ['Rain, snow mm', day => number(day.precipitation)],
  ['Rain chance %', day => number(day.precipitationProbability)],
  ['Top wind m/s', day => number(day.windSpeedMax)],
  ['Mean wind m/s', day => number(day.windSpeedMean)]
]

/** Only columns that have something in them. Scrolls sideways by itself, also by keyboard. */
function table (caption: string, days: readonly Day[]): Html {
  const used = columns.filter(([, text]) => days.some(day => text(day) !== undefined))
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<thead><tr><th scope="col">Day</th>${used.map(([heading]) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${days.map(day => html`
<tr data-date="${day.date}"><th scope="row">${day.date}</th>${used.map(([, text]) => html`<td>${text(day) ?? '–'}</td>`)}</tr>`)}
</tbody>
</table>
</div>`
}
