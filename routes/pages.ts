import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsync, RouteOptions } from 'fastify'
import { scopesNamed } from '../src/auth/scope-requirement.js'
import { packageRoot } from '../src/root.js'
import { scopeCatalogue, type Scope } from '../src/scopes.js'
import { fillText } from '../src/template.js'

export interface PagesOptions {
  issuer: string
  apiResource: string
  contactEmail: string
}

/** What people are shown: start page, legal information, logo. The words are in `manifest/pages/`. */
const pagesRoutes: FastifyPluginAsync<PagesOptions> = async (app, options) => {
  const file = (name: string) => readFile(join(packageRoot(), 'manifest', name))
  const [start, legal, style, logo] = await Promise.all([file('pages/start.html'), file('pages/legal.html'), file('style.css'), file('logo.png')])
  const open = { config: { public: true as const }, schema: { hide: true } }
  const html = 'text/html; charset=utf-8'
  const values = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, escapeHtml(value)]))

  app.get('/', open, async (_request, reply) =>
    reply.type(html).send(fillText(start.toString(), { ...values, scopeRows: scopeRows(app.askableScopes(), app.routeTable) })))
  app.get('/legal', open, async (_request, reply) => reply.type(html).send(fillText(legal.toString(), values)))
  app.get('/style.css', open, async (_request, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(style))
  app.get('/logo.png', open, async (_request, reply) => reply.type('image/png').header('cache-control', 'public, max-age=3600').send(logo))
}

function scopeRows (scopes: readonly Scope[], routes: readonly RouteOptions[]): string {
  return scopes.map(scope => {
    const operations = routes.filter(route => route.method !== 'HEAD' && needs(route, scope)).map(route => `<code>${escapeHtml(`${String(route.method)} ${route.url}`)}</code>`)
    return `<tr><td><code>${escapeHtml(scope)}</code></td><td>${escapeHtml(scopeCatalogue[scope].description)}</td><td>${operations.join('<br>')}</td></tr>`
  }).join('\n')
}

function needs (route: RouteOptions, scope: string): boolean {
  const requirement = route.config?.scopeRequirement
  return requirement !== undefined && scopesNamed(requirement).includes(scope)
}

function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

export default pagesRoutes
