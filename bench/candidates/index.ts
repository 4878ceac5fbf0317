import type { SigningAlgorithm } from '../issuer.js'

export const candidates = ['open', 'scopegate-public', 'scopegate-same-answer', 'scopegate', 'fastify-jwt+get-jwks', 'fastify-jwt-jwks', 'jose', 'express-oauth2-jwt-bearer', 'mcp-auth'] as const
export type Candidate = (typeof candidates)[number]

/** A reference against itself: how far two equal servers are apart here (A/A). */
export const controls = {
  'open (again)': 'open',
  'jose (again)': 'jose',
  'fastify-jwt-jwks (again)': 'fastify-jwt-jwks'
} as const
export type Control = keyof typeof controls
/** A row of a table: a candidate, or a control. */
export type Label = Candidate | Control

export function isControl (label: Label): label is Control {
  return label in controls
}

export function candidateOf (label: Label): Candidate {
  return isControl(label) ? controls[label] : label
}

/** Whether it checks tokens, and each only once. */
export function remembers (label: Label): boolean {
  return ['scopegate', 'scopegate-same-answer'].includes(candidateOf(label))
}

/** Whether a seen token costs it no signature check. */
export function isFast (label: Label): boolean {
  return ['open', 'scopegate-public'].includes(candidateOf(label)) || remembers(label)
}

/** Drops who can't take the algorithm. */
export function able<L extends Label> (labels: readonly L[], alg: SigningAlgorithm): L[] {
  return labels.filter(label => alg === 'RS256' || candidateOf(label) !== 'fastify-jwt-jwks')
}
