import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/root.js'
import { lockDataDir } from '../../src/start/data-lock.js'
import { temporaryFolder } from './process.js'

/** A process that takes the lock and keeps it until it is killed. */
async function holder (dataDir: string) {
  const script = `import { lockDataDir } from ${JSON.stringify(join(packageRoot(), 'src/start/data-lock.ts'))}
    await lockDataDir(${JSON.stringify(dataDir)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

void t.test('one at a time; given back, it can be taken again', async t => {
  const dataDir = temporaryFolder(t)
  const release = await lockDataDir(dataDir)
  await t.rejects(lockDataDir(dataDir), /^DATA_DIR: expected a folder that no other process uses/)
  await release()
  const again = await lockDataDir(dataDir)
  await again()
})

void t.test('after kill -9 exactly one of many that start at once gets it', async t => {
  for (let round = 0; round < 5; round++) {
    const dataDir = temporaryFolder(t)
    const killed = await holder(dataDir)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockDataDir(dataDir)))
    const held = tries.flatMap(result => result.status === 'fulfilled' ? [result.value] : [])
    t.equal(held.length, 1, `round ${round}: one holder`)
    for (const result of tries) if (result.status === 'rejected') t.match(result.reason, { message: /^DATA_DIR: expected a folder that no other process uses/ })
    await Promise.all(held.map(release => release()))
  }
})

void t.test('a folder that can\'t be made is named', async t => {
  const file = join(temporaryFolder(t), 'file')
  writeFileSync(file, '')
  await t.rejects(lockDataDir(file), /^DATA_DIR: expected a folder that can be written to, found ".*file": /)
})
