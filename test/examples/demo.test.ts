import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { createReport } from '../../examples/demo/report.js'
import { tellStory } from '../../examples/demo/story.js'

void t.test('the report numbers the steps, and counts and shows what differs', async t => {
  const lines: string[] = []
  const report = createReport(line => lines.push(line))
  report.step('First')
  report.check('alike', { a: [1] }, { a: [1] })
  t.equal(report.failures, 0, 'what is alike is no failure')
  report.step('Second')
  report.check('status', 200, 401)
  t.equal(report.failures, 1, 'what differs is counted')
  t.match(lines.join('\n'), /1\. First\n.*✓ alike\n\n2\. Second\n.*✗ status: expected 401, found 200/, 'and shown')
})

void t.test('against a service that lets everybody in, the demo does not pass', async t => {
  const open = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"source":"observations","authorization_servers":["http://localhost:9/oidc"]}')
  }).listen(0, '127.0.0.1')
  await once(open, 'listening')
  t.teardown(() => open.close())
  const report = createReport(() => {})
  await t.rejects(tellStory(`http://127.0.0.1:${(open.address() as AddressInfo).port}`, report), 'it breaks off where there is no challenge to follow')
  t.ok(report.failures >= 2, 'and has noticed the missing 401 before')
})
