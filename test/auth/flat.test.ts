import fc from 'fast-check'
import t from 'tap'
import { flat } from '../../src/auth/flat.js'
import { passingBytes } from '../../src/auth/scratch.js'

// Texts of any length go through one place in memory: none may come out cut, or with what stood there before.

const text = fc.tuple(fc.string({ unit: 'grapheme-composite', maxLength: 30 }), fc.nat(4000)).map(([part, times]) => part.repeat(Math.min(times, Math.ceil(20_000 / (part.length || 1)))))

await t.test('a flat text is the same text', async () => {
  fc.assert(fc.property(text, whole => flat(whole) === whole))
})

await t.test('bytes of base64url are those that Buffer reads', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), bytes => {
    const encoded = Buffer.from(bytes).toString('base64url')
    return passingBytes(encoded, 'base64url').equals(Buffer.from(bytes))
  }))
})
