import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { packageRoot } from '../src/root.js'

/** One script of its own, the logo as icon, and nothing else: the address of this page carries the code. */
const POLICY = "default-src 'none'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * `/docs/static/oauth2-redirect.html`, where the authorization server sends the person back to, ahead
 * of Swagger UI's own file of this name.
 */
export async function docsRedirect (app: FastifyInstance): Promise<void> {
  for (const [extension, type] of [['html', 'text/html; charset=utf-8'], ['js', 'text/javascript; charset=utf-8']] as const) {
    const content = await readFile(join(packageRoot(), `manifest/docs/oauth2-redirect.${extension}`))
    app.get(`/docs/static/oauth2-redirect.${extension}`, { schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('content-security-policy', POLICY).header('cache-control', 'no-store').send(content))
  }
}
