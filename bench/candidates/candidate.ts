import type { FastifyInstance } from 'fastify'

/** What a resource server is told about its authorization server. */
export interface IssuerInfo {
  /** The `iss` of its tokens: `endpoint` + `/oidc`. */
  issuer: string
  endpoint: string
  jwksPath: string
  audience: string
}

/** Starts listening on loopback (`port` 0: any free one) and tells the port. The default export of every candidate. */
export type StartCandidate = (issuer: IssuerInfo, port: number) => Promise<number>

/** The same app before it listens; `build` of the candidates that are also measured without sockets. */
export type BuildCandidate = (issuer: IssuerInfo) => Promise<FastifyInstance>

/** What `GET /bench` (protected) and `GET /open` (public) answer, the same everywhere; scopegate also at `/no-store` (public) and `/plain` (protected). */
export const answer = {
  place: 'Bern',
  latitude: 46.95,
  longitude: 7.45,
  source: 'observations',
  days: [{ date: '2025-06-01', low: 11.5, high: 23 }, { date: '2025-06-02', low: 12, high: 24.5 }]
}

const number = { type: 'number' } as const
const string = { type: 'string' } as const

/** Fastify candidates serialize through the same response schema. */
export const schema = {
  response: {
    200: {
      type: 'object',
      properties: {
        place: string,
        latitude: number,
        longitude: number,
        source: string,
        days: { type: 'array', items: { type: 'object', properties: { date: string, low: number, high: number } } }
      }
    }
  }
} as const
