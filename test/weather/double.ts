import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Problem } from '../../src/errors.js'

export interface Double {
  url: string
  /** The paths with query strings that were asked for, in order. */
  requests: string[]
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface Teardown { teardown (fn: () => Promise<void>): void }

/** Test double of Open-Meteo: a real HTTP server on loopback that gives the answer it is told to. */
export async function startDouble (t: Teardown, answer: Answer): Promise<Double> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

export function sendJson (response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** What Open-Meteo answers for `days` days from 2026-03-01, in its own form. */
export function openMeteoAnswer (days: number): { daily_units: Record<string, string>, daily: Record<string, Array<string | number | null>> } {
  const list = <T>(value: (index: number) => T): T[] => Array.from({ length: days }, (_, index) => value(index))
  return {
    daily_units: {
      time: 'iso8601',
      temperature_2m_max: '°C',
      temperature_2m_min: '°C',
      precipitation_sum: 'mm',
      wind_speed_10m_max: 'm/s',
      weather_code: 'wmo code',
      precipitation_probability_max: '%'
    },
    daily: {
      time: list(index => `2026-03-${String(index + 1).padStart(2, '0')}`),
      temperature_2m_max: list(index => 10.5 + index),
      temperature_2m_min: list(index => -0.5 - index),
      precipitation_sum: list(index => index / 2),
      wind_speed_10m_max: list(index => 4 + index),
      weather_code: list(index => index === 0 ? 61 : 3),
      precipitation_probability_max: list(index => 10 * index)
    }
  }
}

/** The Problem that a promise is rejected with; anything else fails the test. */
export async function problemOf (promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason)
  if (error instanceof Problem) return error
  throw new Error('expected a rejection with a Problem', { cause: error })
}
