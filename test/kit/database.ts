import { createHash } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase, type Database } from '../../src/db/index.js'
import { packageRoot } from '../../src/root.js'

const migrations = join(packageRoot(), 'src/db/migrations')
const cache = join(packageRoot(), '.tap')

/**
 * A PGlite in this folder, as openDatabase() makes it, but copied: to make one anew takes three seconds of CPU,
 * and most test files need one.
 */
export async function openCopiedDatabase (dataDir: string): Promise<Database> {
  cpSync(await (original ??= makeOriginal()), dataDir, { recursive: true })
  return openDatabase({ databaseUrl: undefined, dataDir })
}

let original: Promise<string> | undefined

/** The folder to copy, made once for all test files. */
async function makeOriginal (): Promise<string> {
  const folder = join(cache, `database-${await fingerprint()}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const dataDir = await mkdtemp(`${folder}-`)
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  await database.close()
  // Another test file may have been faster; a folder that holds something is not replaced.
  await rename(dataDir, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (!existsSync(folder)) throw error
    await rm(dataDir, { recursive: true })
  })
  return folder
}

/** Of what the tables and their engine come from. */
async function fingerprint (): Promise<string> {
  const names = (await readdir(migrations)).filter(name => name.endsWith('.sql')).sort()
  const hash = createHash('sha256')
  for (const file of [join(packageRoot(), 'package-lock.json'), ...names.map(name => join(migrations, name))]) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}
