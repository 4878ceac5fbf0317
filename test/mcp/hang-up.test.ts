import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import t from 'tap'
import { createWeather } from '../../src/weather/service.js'
import { noDatabase } from '../kit/app.js'
import { requestText } from '../kit/http.js'
import { startMcpApp } from './kit.js'

// A client that does not wait for its answer is no fault of ours, and is not told of as one.

await t.test('a client hangs up in the middle of a call', async t => {
  const lines: string[] = []
  const stream = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done() } })
  const gate = () => {
    let open = () => {}
    const passed = new Promise<void>(resolve => { open = resolve })
    return { open, passed }
  }
  const [reached, goOn] = [gate(), gate()]
  const weather = createWeather({ source: 'observations' })
  const slow: typeof weather = { ...weather, async forecast (query) { reached.open(); await goOn.passed; return weather.forecast(query) } }
  const { port, issuer, callTool } = await startMcpApp(t, { database: noDatabase, weather: slow, logger: { level: 'info', stream } })

  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_forecast', arguments: { place: 'Seattle' } } }
  const socket = connect(port, '127.0.0.1')
  const headers = ['Content-Type: application/json', 'Accept: application/json, text/event-stream', `Authorization: Bearer ${issuer.token()}`]
  socket.write(requestText('POST /mcp', headers, JSON.stringify(call)).toString('latin1').replace('Host: localhost\r\n', 'Host: localhost:3000\r\n'), 'latin1')
  await reached.passed
  socket.destroy()
  await once(socket, 'close')
  goOn.open()
  t.equal((await callTool('get_forecast', { place: 'Seattle' }, issuer.token())).status, 200, 'the next one is served')
  t.strictSame(lines.filter(line => (JSON.parse(line) as { level: number }).level >= 40), [], 'nothing to warn of')
})
