import type { Exchange, Outcome } from '../agent/outcome.js'
import type { Place } from '../shapes.js'
import { html, type Html } from './html.js'
import { forecastView, observationsView } from './weather.js'

const titles = {
  observations: 'Past weather',
  places: 'Your places',
  saved: 'Saved',
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
export function answerSection ({ question, outcome }: Exchange): Html {
  return html`<section id="answer" data-outcome="${outcome.kind}" aria-labelledby="answer-title">
<p class="question" id="asked">${question}</p>
<h1 id="answer-title">${titleOf(outcome)}</h1>
${view(outcome)}
${outcome.kind === 'denied' || outcome.kind === 'problem' || outcome.kind === 'refused' ? askAgain(question) : undefined}
</section>`
}

function view (outcome: Outcome): Html {
  switch (outcome.kind) {
    case 'forecast': return forecastView(outcome.forecast)
    case 'observations': return observationsView(outcome.observations)
    case 'places': return placesView(outcome.places)
    case 'saved': return html`<p>I saved ${placeText(outcome.place)} among your places.</p>`
    case 'refused': return refusedView(outcome.scopes)
    default: return html`<p>${outcome.text}</p>`
  }
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
