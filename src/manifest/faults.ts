import { Ajv, type ErrorObject } from 'ajv'
import { isLoopback } from '../config/urls.js'
import { ManifestSchema, type Manifest } from './schema.js'

const checkWith = (isAddress: (text: string) => boolean) =>
  new Ajv({ allErrors: true, verbose: true, keywords: ['kind'], formats: { 'public-address': isAddress } }).compile(ManifestSchema)
const checks = { strict: checkWith(isPublicAddress), plainHttp: checkWith(isWebAddress) }

/**
 * What the plugin store would not take, one line each: member, what was expected, what was found.
 * Empty when all is well. Checks the form only: not that addresses answer, nor on which domains they
 * are (`scopegate logto doctor` looks at a running service).
 * @param plainHttp addresses with http are let pass: of a service that is meant for its own network, and for no store
 */
export function manifestFaults (document: unknown, { plainHttp = false } = {}): string[] {
  const fits = checks[plainHttp ? 'plainHttp' : 'strict']
  if (fits(document)) return []
  // A value that breaks two rules at once is told once.
  return [...new Set((fits.errors ?? []).map(inWords))]
}

/** Addresses of this machine in the manifest of a service that is elsewhere: nobody could sign in. */
export function unreachableAddresses (document: unknown): string[] {
  const { api, auth } = document as Manifest
  if (isLoopback(new URL(api.url))) return []
  return (['client_url', 'authorization_url'] as const).filter(name => isLoopback(new URL(auth[name])))
    .map(name => `auth.${name}: expected an address that others can reach, found ${JSON.stringify(auth[name])}; LOGTO_ENDPOINT says where Logto is`)
}

function inWords ({ keyword, instancePath, params, parentSchema, data }: ErrorObject): string {
  const at = instancePath.slice(1).split('/').filter(part => part !== '')
  if (keyword === 'required') return `${[...at, String(params['missingProperty'])].join('.')}: is missing`
  if (keyword === 'additionalProperties') return `${[...at, String(params['additionalProperty'])].join('.')}: is not known in a manifest`
  return `${at.join('.') || 'the document'}: expected ${String(parentSchema?.title)}, found ${found(data)}`
}

/** Longest part of a value that is repeated in a message; characters. */
const SHOWN = 80

function found (value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
  return value.length > SHOWN ? `${value.length} characters: ${JSON.stringify(value.slice(0, SHOWN))}…` : JSON.stringify(value)
}

function isWebAddress (text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false
  const { protocol, username, password } = new URL(text)
  return username === '' && password === '' && ['https:', 'http:'].includes(protocol)
}

function isPublicAddress (text: string): boolean {
  if (!isWebAddress(text)) return false
  const url = new URL(text)
  return url.protocol === 'https:' || isLoopback(url)
}
