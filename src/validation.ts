import { Ajv, type Options } from 'ajv'
import type { FastifySchemaCompiler, FastifySchema } from 'fastify'

/**
 * How request schemas are compiled: text in URLs is turned into the type that the schema asks for;
 * bodies are taken as they are; unknown properties are refused, never dropped (Fastify's default
 * would strip them and convert types in bodies).
 */
export function schemaCompiler (): FastifySchemaCompiler<FastifySchema> {
  const settings: Options = { useDefaults: true, removeAdditional: false, allErrors: false, keywords: ['kind', 'modifier'], formats: { uuid: true } }
  const forUrls = new Ajv({ ...settings, coerceTypes: true })
  const forBodies = new Ajv({ ...settings, coerceTypes: false })
  return ({ schema, httpPart }) => (httpPart === 'body' ? forBodies : forUrls).compile(schema)
}
