import { createReport } from './report.js'
import { startService } from './service.js'
import { tellStory } from './story.js'

/** `npm run demo`: exit code 0 when everything was as told, 1 otherwise. */
const report = createReport()
console.log('Starting the service and its embedded authorization server …')
try {
  const service = await startService()
  try {
    await tellStory(service.url, report)
  } finally {
    await service.stop()
  }
  console.log(report.failures === 0 ? '\nEverything was as it should be.' : `\n${report.failures} checks differ from what they should be.`)
} catch (error) {
  console.error(`\nThe demo broke off: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
if (report.failures > 0) process.exitCode = 1
