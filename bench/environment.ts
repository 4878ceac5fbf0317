import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../src/root.js'

const packages = ['fastify', '@fastify/jwt', 'fast-jwt', 'get-jwks', 'fastify-jwt-jwks', 'jose', 'express', 'express-oauth2-jwt-bearer', 'mcp-auth', 'autocannon']

/** Where and with what was measured, as Markdown. */
export function environment (command: string): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown'
  const versions = packages.map(name => `${name} ${versionOf(name)}`)
  return [
    `- Command: \`${command}\``,
    `- Date: ${new Date().toISOString()}`,
    `- Node ${process.version}, OpenSSL ${process.versions.openssl}, ${process.platform} ${process.arch}`,
    `- CPU: ${processor}, ${cpus().length} cores. Server, load generator and the thread pool share them`,
    `- scopegate ${own()}; ${versions.join(', ')}`,
    ''
  ].join('\n')
}

function versionOf (name: string): string {
  return versionIn(join(packageRoot(), 'node_modules', name, 'package.json'))
}

function own (): string {
  return versionIn(join(packageRoot(), 'package.json'))
}

function versionIn (file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
