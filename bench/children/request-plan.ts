import type autocannon from 'autocannon'
import type { IssuerInfo } from '../candidates/candidate.js'
import { forgedSignatures, garbage, madeUpKids } from '../forge.js'
import { readTokens, type TokenRange } from '../token-pool.js'

/** What the requests carry. */
export type Credentials =
  /** These tokens in turn, again and again. */
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
    case 'in-turn': return { options: written(credentials.tokens, connections) }
    case 'once': return { options: { ...written(credentials.tokens, connections), amount: credentials.tokens.count } }
    case 'forged': return { options: made(forgedSignatures(credentials.honest)) }
    case 'made-up-kids': return { options: made(madeUpKids(credentials.issuer)) }
    case 'garbage': return { options: made(garbage(credentials.issuer)) }
  }
}

/** Every connection has its share of the tokens, as autocannon shares out its amount: one each in turn. */
function written (range: TokenRange, connections: number): Plan {
  const tokens = readTokens(range)
  if (tokens.length === 1) return { headers: bearer(tokens[0] ?? '') }
  if (tokens.length < connections) throw new Error('fewer tokens than connections')
  let connection = 0
  return {
    setupClient: client => {
      const first = connection++
      client.setRequests(tokens.filter((_token, index) => index % connections === first).map(token => ({ headers: bearer(token) })))
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
