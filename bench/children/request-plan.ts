import type autocannon from 'autocannon'
import type { IssuerInfo } from '../candidates/candidate.js'
import { forgedSignatures, garbage, madeUpKids } from '../forge.js'
import { rotate } from '../stats.js'
import { readTokens, type TokenRange } from '../token-pool.js'

/** What the requests carry. */
export type Credentials =
  /** These tokens in turn, again and again, from one of chance on: a short run would otherwise only ever meet the first ones. */
  | { kind: 'in-turn', tokens: TokenRange }
  /** Each of these once; then it is over. */
  | { kind: 'once', tokens: TokenRange }
  /** Form and claims of an honest token, another broken signature each time. */
  | { kind: 'forged', honest: string }
  | { kind: 'made-up-kids' | 'garbage', issuer: IssuerInfo }

type Plan = Partial<autocannon.Options>

/** Autocannon's options for the credentials; requests that can be written before the start are. */
export function requestPlan (credentials: Credentials, connections: number): { options: Plan } {
  switch (credentials.kind) {
    case 'in-turn': return { options: written(credentials.tokens, connections, Math.random()) }
    case 'once': return { options: { ...written(credentials.tokens, connections), amount: credentials.tokens.count } }
    case 'forged': return { options: made(forgedSignatures(credentials.honest)) }
    case 'made-up-kids': return { options: made(madeUpKids(credentials.issuer)) }
    case 'garbage': return { options: made(garbage(credentials.issuer)) }
  }
}

/**
 * Every connection has its share of the tokens, as autocannon shares out its amount: one each in turn.
 * @param start at which part of its share it begins, from 0 to 1
 */
function written (range: TokenRange, connections: number, start = 0): Plan {
  const tokens = readTokens(range)
  if (tokens.length === 1) return { headers: bearer(tokens[0] ?? '') }
  if (tokens.length < connections) throw new Error('fewer tokens than connections')
  let connection = 0
  return {
    setupClient: client => {
      const first = connection++
      const share = tokens.filter((_token, index) => index % connections === first)
      client.setRequests(rotate(share, Math.floor(start * share.length)).map(token => ({ headers: bearer(token) })))
    }
  }
}

/** A new one for each request. */
function made (next: () => string): Plan {
  return { requests: [{ setupRequest: request => ({ ...request, headers: bearer(next()) }) }] }
}

function bearer (token: string) {
  return { authorization: `Bearer ${token}` }
}
