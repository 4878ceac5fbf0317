type Limit = readonly [pattern: RegExp, answer: string]

/** What sounds as if it could be answered and can't be. Said at once: a wrong answer would be worse than none. */
const limits: readonly Limit[] = [
  [/^(?:please\s+)?(?:(?:can|could|will|would)\s+you\s+)?(?:please\s+)?(?:book|order|buy|reserve|rent|pay|call|phone|send|e-?mail|text|translate|write|play|turn|switch|remind|wake|tell\s+\w+\s+to)\b/i,
    'I can only look things up about the weather and keep your places; I cannot do that for you.'],
  // "in Moon, PA" is a town; on the moon there is none.
  [/\bon\s+(?:(?:planet\s+)?(?:mercury|venus|mars|jupiter|saturn|uranus|neptune|pluto|titan|europa)|the\s+(?:sun|moon))\b|\b(?:the|our)\s+moon\b|\bouter\s+space\b/i,
    'I only know the weather on Earth.'],
  // Not where a place is named: "in Sunrise, FL".
  [/(?<!\b(?:in|for|at|near|around)\s+(?:\w+\s+)?)\b(?:sun\s?rise|sun\s?set|(?:full|new)\s+moon|moon\s?(?:rise|set|phase)|tides?|earthquakes?|pollen|air\s+quality|smog|uv(?:\s+index)?|humidity|air\s+pressure|avalanches?|wildfires?|aurora|northern\s+lights)\b/i,
    'The weather service tells temperatures, precipitation and wind of whole days; I do not know about that.'],
  [/\b(?:on|next|this|by|until)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/i,
    'I do not work with weekdays. Ask for “tomorrow” or “the next 5 days”.'],
  [/\b(?:hourly|by\s+the\s+hour|every\s+hour|next\s+hours?|at\s+\d{1,2}(?::\d{2})?\s*(?:am|pm|o['’]?clock)|at\s+\d{1,2}:\d{2}|at\s+(?:noon|midnight))\b/i,
    'I only know whole days, not hours. Ask for “today” or “tomorrow”.'],
  [/\bnext\s+(?:month|year|spring|summer|autumn|fall|winter)\b|\bin\s+(?:\d+|an?|one|two|three|four|five|six)\s+(?:months?|years?)\b/i,
    'That is beyond any forecast: the weather service looks a few days ahead. Ask for “the next 5 days”, or for the past weather of a month such as “July 2014”.']
]

/** Why a question can't be answered, if it is one of those. */
export const limitOf = (question: string): string | undefined => limits.find(([pattern]) => pattern.test(question))?.[1]
