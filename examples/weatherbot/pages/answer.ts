import type { Called, Exchange, Outcome } from '../agent/outcome.js'
import { wordsOf } from '../planner/roles.js'
import type { Place } from '../shapes.js'
import { html, type Html } from './html.js'
import { forecastView, observationsView } from './weather.js'

const titles = {
  observations: 'Past weather',
  places: 'Your places',
  saved: 'Saved',
  data: 'Answer of the weather service',
  confirm: 'Shall I do this?',
  unknown: 'I can’t answer that',
  denied: 'You did not allow it',
  refused: 'Your account does not have this permission',
  problem: 'That did not work'
} as const

/** What kind of answer it is, in words. */
export function titleOf (outcome: Outcome): string {
  if (outcome.kind !== 'forecast') return titles[outcome.kind]
  // An outlook is no forecast, whatever was asked.
  return outcome.forecast.kind === 'forecast' ? 'Forecast' : 'Outlook, not a forecast'
}

/** The answer, under the question it belongs to. `data-outcome` says how it went. */
export function answerSection ({ question, outcome, called }: Exchange): Html {
  return html`<section id="answer" data-outcome="${outcome.kind}" aria-labelledby="answer-title">
<p class="question" id="asked">${question}</p>
<h1 id="answer-title">${titleOf(outcome)}</h1>
${view(outcome)}
${calledView(called)}
${outcome.kind === 'denied' || outcome.kind === 'problem' || outcome.kind === 'refused' ? askAgain(question) : undefined}
</section>`
}

function view (outcome: Outcome): Html {
  switch (outcome.kind) {
    case 'forecast': return forecastView(outcome.forecast, outcome.saved)
    case 'observations': return observationsView(outcome.observations, outcome.saved)
    case 'places': return placesView(outcome.places)
    case 'saved': return html`<p>I saved ${placeText(outcome.place)} among your places.</p>`
    case 'refused': return refusedView(outcome.scopes)
    case 'data': return dataView(outcome.data)
    case 'confirm': return confirmView(outcome)
    default: return html`<p>${outcome.text}</p>`
  }
}

/** What was asked of the weather service for this, so that nobody has to take WeatherBot's word for it. */
function calledView (called: readonly Called[]): Html | undefined {
  if (called.length === 0) return undefined
  return html`<p id="called" class="quiet-text">Asked of the weather service: ${called.map((call, index) => html`${index === 0 ? '' : '; '}${callText(call)}`)}.</p>`
}

function callText ({ tool, args }: Called): Html {
  const given = Object.entries(args).map(([name, value]) => `${name}: ${valueText(value)}`)
  return html`<code data-tool="${tool}">${tool}</code>${given.length === 0 ? '' : ` (${given.join(', ')})`}`
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200)

/** "startDate" as "Start date". */
function inWords (name: string): string {
  const words = wordsOf(name).toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function dataView (data: unknown): Html {
  return data === undefined ? html`<p>Done.</p>` : html`<pre id="data">${JSON.stringify(data, undefined, 2).slice(0, 10_000)}</pre>`
}

/** What a language model wants to change is shown in words, with all that would be sent; it happens at the person's word only. */
function confirmView ({ confirmation, call, title, description }: Extract<Outcome, { kind: 'confirm' }>): Html {
  const given = Object.entries(call.args)
  return html`<p>The language model wants to change something at the weather service: <strong id="wanted">${title === '' ? inWords(call.tool) : title}</strong>.</p>
${description === '' ? undefined : html`<p class="quiet-text">The weather service says of this: ${description}</p>`}
${given.length === 0
? undefined
: html`<dl class="origin" id="given">${given.map(([name, value]) => html`
<dt>${inWords(name)}</dt><dd>${valueText(value)}</dd>`)}
</dl>`}
<p>These values are the language model’s; nobody has looked them up. Nothing has been changed yet.</p>
<form method="post" action="/confirm" class="row">
<input type="hidden" name="confirmation" value="${confirmation}">
<button id="confirm" name="decision" value="yes">Yes, do it</button>
<button id="decline" name="decision" value="no" class="quiet">No</button>
</form>`
}

function placesView (places: readonly Place[]): Html {
  if (places.length === 0) return html`<p>You have not saved any places yet. Try “Save Seattle as home”.</p>`
  return html`<ul id="places">${places.map(place => html`
<li data-place="${place.id}">${placeText(place)}</li>`)}
</ul>`
}

function placeText ({ name, latitude, longitude }: Place): Html {
  return html`<strong>${name}</strong> <span class="quiet-text">(${latitude}, ${longitude})</span>`
}

function refusedView (scopes: readonly string[]): Html {
  const which = scopes.length === 0
    ? undefined
    : html` It would take: ${scopes.map((scope, index) => html`${index === 0 ? '' : ', '}<code data-scope="${scope}">${scope}</code>`)}.`
  return html`<p>The weather service still says no, although you agreed: your account does not have this permission, or it
may not be given to WeatherBot.${which} Whoever runs the weather service can change that; so can signing in with another
account.</p>`
}

/** The whole way once more. Signing in is asked again, where another account may be chosen. */
function askAgain (question: string): Html {
  return html`<form method="post" action="/ask">
<button id="ask-again" name="question" value="${question}">Ask again</button>
</form>`
}
