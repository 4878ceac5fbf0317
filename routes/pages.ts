import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { escapeHtml } from '../src/discovery/markup.js'
import { packageRoot } from '../src/root.js'
import { fillText } from '../src/template.js'
import { discovery, type DiscoveryOptions } from './discovery.js'

export type PagesOptions = DiscoveryOptions

/** Where a program that was given the bare address finds the rest (RFC 8288, RFC 8631). */
const LINKS = [
  '</openapi.json>; rel="service-desc"; type="application/json"',
  '</docs>; rel="service-doc"; type="text/html"',
  '</llms.txt>; rel="alternate"; type="text/plain"',
  '</legal>; rel="terms-of-service"'
].join(', ')

/** What people and agents are shown first: start page, llms.txt, legal information, logo. The words are in `manifest/`. */
const pagesRoutes: FastifyPluginAsync<PagesOptions> = async (app, options) => {
  const file = (name: string) => readFile(join(packageRoot(), 'manifest', name))
  const [start, llms, legal, style, logo] = await Promise.all([file('pages/start.html'), file('llms.txt'), file('pages/legal.html'), file('style.css'), file('logo.png')])
  const open = { config: { public: true as const }, schema: { hide: true } }
  const html = 'text/html; charset=utf-8'
  const texts = { start: '', llms: '', legal: fillText(legal.toString(), { contactEmail: escapeHtml(options.contactEmail) }) }
  app.addHook('onReady', async () => {
    const { html, markdown } = discovery(app, options)
    texts.start = fillText(start.toString(), html)
    texts.llms = fillText(llms.toString(), markdown)
  })

  app.get('/', open, async (_request, reply) => reply.type(html).header('link', LINKS).send(texts.start))
  app.get('/llms.txt', open, async (_request, reply) => reply.type('text/plain; charset=utf-8').send(texts.llms))
  app.get('/legal', open, async (_request, reply) => reply.type(html).send(texts.legal))
  app.get('/style.css', open, async (_request, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(style))
  app.get('/logo.png', open, async (_request, reply) => reply.type('image/png').header('cache-control', 'public, max-age=3600').send(logo))
}

export default pagesRoutes
