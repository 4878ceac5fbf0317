import fc from 'fast-check'
import t from 'tap'
import { noDatabase, startTestApp } from '../kit/app.js'
import { rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'

// A token that is remembered stays itself: whatever byte of it is changed, on the wire, is refused.

const issuer = await startIssuer(t)
const { app, port } = await startTestApp(t, { issuer, database: noDatabase })
const statusOf = async (token: Buffer) => (await rawRequest(port, requestText('GET /v1/me', [`Authorization: Bearer ${token.toString('latin1')}`]))).status

const seen = [issuer.ec, issuer.rsa].map(key => Buffer.from(issuer.token({}, {}, { key })))

const byte = fc.oneof(fc.constantFrom(...Buffer.from('ABCXYZabcxyz0189-_.~+/=')), fc.integer({ min: 0, max: 255 }))
const position = fc.oneof(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.constantFrom(0, 0.999_999))
const change = fc.record({ token: fc.constantFrom(...seen), at: position, byte, bit: fc.integer({ min: 0, max: 7 }), how: fc.constantFrom('replace', 'insert', 'append', 'delete', 'flip') })

function changed ({ token, at, byte, bit, how }: { token: Buffer, at: number, byte: number, bit: number, how: string }): Buffer {
  const index = Math.floor(at * token.length)
  const [before, own, after] = [token.subarray(0, index), token[index] ?? 0, token.subarray(index + 1)]
  switch (how) {
    case 'replace': return Buffer.concat([before, Buffer.from([byte]), after])
    case 'insert': return Buffer.concat([before, Buffer.from([byte, own]), after])
    case 'append': return Buffer.concat([token, Buffer.from([byte])])
    case 'flip': return Buffer.concat([before, Buffer.from([own ^ 1 << bit]), after])
    default: return Buffer.concat([before, after])
  }
}

await t.test('any changed byte of a seen token: 401, or 400 where it is no token any more', async t => {
  for (const token of seen) t.equal(await statusOf(token), 200, 'seen')
  t.equal(app.authStats().tokens.tokens, seen.length, 'and remembered')
  const tried = { 400: 0, 401: 0 }
  await fc.assert(fc.asyncProperty(change, async one => {
    const bytes = changed(one)
    // Blanks around a header's value are no part of it (RFC 9110 section 5.5): those are the seen token.
    fc.pre(!one.token.equals(Buffer.from(bytes.toString('latin1').trim(), 'latin1')))
    const status = await statusOf(bytes)
    // A line end cuts the header short; what is left is a token that lacks something.
    const expected = /^[A-Za-z0-9\-._~+/]+=*[ \t]?$/.test(bytes.toString('latin1')) ? [401] : [400, 401]
    if (!expected.includes(status)) throw new Error(`status ${status}`)
    tried[status as 400 | 401] += 1
  }), { numRuns: 1200 })
  t.ok(tried[400] > 50 && tried[401] > 500, `both were tried: ${JSON.stringify(tried)}`)
  t.equal(app.authStats().tokens.tokens, seen.length, 'and nothing else is remembered')
  for (const token of seen) t.equal(await statusOf(token), 200, 'the token itself, afterwards')
})
