import { randomUUID } from 'node:crypto'
import { access, constants, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StartError } from '../../../errors.js'

export interface EnvFile {
  /** Empty where there is no file as yet. */
  text: string
  /** Replaces the file as a whole, for nobody's eyes but its owner's. @throws StartError */
  write (text: string): Promise<void>
}

/**
 * Opens an environment file for a change, before anything else is changed. A link is followed.
 * @throws StartError when it can't be read, or nothing can be written beside it
 */
export async function openEnvFile (file: string): Promise<EnvFile> {
  const path = await realpath(file).catch(() => resolve(file))
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw unusable(file, error)
  })
  try {
    if (!(await stat(dirname(path))).isDirectory()) throw new Error('its folder is none')
    await access(dirname(path), constants.W_OK)
  } catch (error) {
    throw unusable(file, error)
  }

  return {
    text,
    /** Written beside and renamed, so that there is never half a file. */
    async write (text) {
      const beside = `${path}.${randomUUID()}`
      try {
        await writeFile(beside, text, { mode: 0o600, flag: 'wx' })
        await rename(beside, path)
      } catch (error) {
        await rm(beside, { force: true })
        throw unusable(file, error)
      }
    }
  }
}

function unusable (file: string, error: unknown): StartError {
  return new StartError(`--write-env: expected a file that can be written, found ${JSON.stringify(file)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}
