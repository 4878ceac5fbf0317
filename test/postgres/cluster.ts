import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/**
 * A PostgreSQL of this test's own: a new cluster on a local socket and a free port, from the server
 * programs that `pg_config --bindir` names. PostgreSQL refuses to run as root; then it is run as
 * the user `postgres`.
 */
export function startCluster (t: Test, port: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'scopegate-postgres-'))
  const bin = execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim()
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const run = (program: string, args: string[]) => execFileSync(join(bin, program), args, { ...user, cwd: folder, stdio: 'ignore' })

  run('initdb', ['-D', join(folder, 'data'), '-U', 'scopegate', '--auth=trust', '-E', 'UTF8', '--no-sync'])
  run('pg_ctl', ['-D', join(folder, 'data'), '-w', '-l', join(folder, 'log'), '-o', `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder}`, 'start'])
  t.teardown(() => {
    run('pg_ctl', ['-D', join(folder, 'data'), '-m', 'immediate', 'stop'])
    rmSync(folder, { recursive: true, force: true })
  })
  return `postgres://scopegate@127.0.0.1:${port}/postgres`
}

function idOf (flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}
