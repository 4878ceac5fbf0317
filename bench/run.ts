import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../src/root.js'
import { openBench, type Bench } from './bench.js'
import { fromSource } from './children/start-child.js'
import { environment } from './environment.js'
import { readOptions, usageText, type Options, type WorkloadName } from './options.js'
import { createReport, progress, type Report } from './report.js'
import { oneToken } from './workloads/w1.js'
import { seenTokens } from './workloads/w2.js'
import { newTokens } from './workloads/w3.js'
import { forgedTokens } from './workloads/w4.js'
import { unknownKeys } from './workloads/w5.js'
import { startUp } from './workloads/w6.js'

const workloads: Record<WorkloadName, (bench: Bench) => Promise<void>> = {
  W1: oneToken, W2: seenTokens, W3: newTokens, W4: forgedTokens, W5: unknownKeys, W6: startUp
}

let options: Options
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usageText}`)
  process.exit(2)
}

const report = createReport()
const startedAt = performance.now()
await run(options, report)
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
progress(`done in ${minutes} min, ${report.failures.length} errors`)
if (report.failures.length > 0) process.exitCode = 1

async function run (options: Options, report: Report): Promise<void> {
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ')
  const preface = `# Measurements\n\nWritten by \`npm run bench\`; not by hand.\n\n${environment(command)}${fromSource ? '- Run from TypeScript through tsx: start-up times (W6) include its loading\n' : ''}`
  console.log(preface)
  const bench = await openBench(options, report)
  try {
    for (const name of options.workloads) {
      progress(name)
      await workloads[name](bench)
    }
  } finally {
    await bench.close()
  }
  if (options.complete) await writeFile(join(packageRoot(), 'bench/results.md'), `${preface}${report.toString()}`)
}
