import fc from 'fast-check'
import t from 'tap'
import { MetadataError } from '../../src/clients/metadata-error.js'
import { createNameRule } from '../../src/clients/names.js'
import { reservedNames } from '../../src/clients/reserved-names.js'
import { visible } from '../kit/visible.js'

// Names that people read on a consent page: what is taken, and that no way of writing a reserved
// name gets through.

const reserved = reservedNames({ publicUrl: 'https://api.example.test', apiResource: 'https://api.example.test/', mcpResource: 'https://api.example.test/mcp', chatgptPluginId: undefined })
const readName = createNameRule(reserved)
const isRefused = (name: unknown): boolean => {
  try {
    readName(name)
    return false
  } catch (error) {
    if (!(error instanceof MetadataError) || error.code !== 'invalid_client_metadata' || !error.message.startsWith('client_name: ')) throw error
    return true
  }
}

await t.test('names that are taken, as they are', async t => {
  for (const name of ['Rain Today', 'Åsas väder', 'Crème brûlée & Co.', 'O\'Hara_2-go', 'Погода', 'Καιρός', 'Եղանակ', 'מזג אוויר', 'طقس اليوم', 'मौसम', 'วันนี้', 'ამინდი', '天気ヘルパー', 'ラーメン天気', '날씨 도우미', '天气助手', 'ab', 'x'.repeat(50), 'Łódź', 'Ærø', 'Agent 007']) {
    t.equal(readName(name), name, visible(name))
  }
  t.equal(readName('  Rain Today \n'), 'Rain Today', 'white space around it is cut off')
})

await t.test('names that are refused for their form', async t => {
  const names: Array<[string, unknown]> = [
    ...[undefined, null, 7, true, ['x'], {}].map((name): [string, unknown] => ['not text', name]),
    ['too short', ''], ['too short', 'x'], ['too short', '   '], ['too long', 'x'.repeat(51)],
    ['control', 'Rain\u0000Today'], ['control', 'Rain\nToday'], ['control', 'Rain\u0085Today'],
    ['bidi', 'Rain\u202eyadoT'], ['bidi', 'Rain\u2066Today'], ['bidi', 'Rain\u200fToday'],
    ['zero width', 'Rain\u200bToday'], ['zero width', 'Rain\u200dToday'], ['zero width', 'Ra\u00adin'], ['zero width', 'Rain\ufeffToday'], ['zero width', 'Ra\u034fin'], ['filler', 'Rain\u3164Today'], ['variation', 'Rain\ufe0fx'], ['tag', 'Rain\u{e0041}'],
    ['lone surrogate', 'Rain\ud83d'], ['private use', 'Rain\ue000'], ['unassigned', 'Rain\u0378'],
    ['not NFKC', 'Ｒａｉｎ'], ['not NFKC', '𝐑𝐚𝐢𝐧'], ['not NFKC', 'ﬁne weather'], ['not NFKC', 'Rain\u00a0Today'], ['not NFKC', 'Cre\u0300me'],
    ['two scripts', 'Rаin'], ['two scripts', 'Погода Rain'], ['two scripts', 'Αlpha'], ['two scripts', '天気 Rain'],
    ['another script', 'ᏚᏟᎾᏢᎬ'], ['phonetic letters', 'ʟᴏɢᴛᴏ'], ['phonetic letters', 'ɡɑ'], ['clicks', 'ǀogto'],
    ['symbols', 'Rain™'], ['symbols', 'Rain ☔'], ['symbols', '<b>Rain</b>'], ['symbols', 'Rain/Today'], ['symbols', 'Rain×2'], ['symbols', 'a|b'], ['other digits', 'Rain ٣'],
    ['marks', 'x\u030cy'], ['marks', 'क\u0902\u0902\u0902\u0902'],
    ['no letter', '12-34'], ['no letter', '...']
  ]
  for (const [why, name] of names) t.ok(isRefused(name), `${why}: ${visible(name)}`)
})

await t.test('names that could be taken for ours', async t => {
  for (const name of [
    'Scopegate', 'scopegate', 'SCOPEGATE', 'The Scopegate Agent', 'Scope Gate', 'S-c-o-p-e.gate', 'Scópegàte', 'Sc0pegate', 'Scopegat3', '5copegate', 'Scøpegate', 'Śćöpėğäţē',
    'ѕсореԍате', 'ЅСОРЕԌАТЕ',
    'Official Weather App', 'Offlcial Weather App', 'OfficiaI Weather App', '0fficial vveather app', 'Official_Weather-App', 'officialweatherapps', 'Öfficial Wéather Åpp',
    'Logto', 'L0gto', 'Log to', 'Iogto', '1ogto', 'My Logto Console', 'Ł0gt0', 'ӏоԍто',
    'Weather Service', 'Weather Servlce', 'The Weather  Service',
    'ChatGPT', 'Chat-GPT Weather', 'ChatqPT', 'OpenAI', '0penAl agent', 'Weather API', 'Weather APl by MCP', 'Weather users', 'Agent Owner', 'The Official App', 'Scopeqate', 'Scope6ate', 'api.example.test', 'API Example Test', 'apl-example.test'
  ]) t.ok(isRefused(name), visible(name))
  t.throws(() => createNameRule(['River'])('Rivernight'), MetadataError, '"rn" across the end of a name does not hide it')
  t.notOk(isRefused('Weather Helper'), 'a word of ours is not ours')
  t.notOk(isRefused('Scope of Works'), 'nor is half a name')
})

const lookAlikes = new Map('a A á Å 4, c C ç, e E é ẽ 3, f F, g G ğ 9 6 q, h H, i I l 1 í ı, l L I 1 ł, o O 0 ö ø, p P, r R, s S š 5, t T ţ 7, w W vv VV, v V'
  .split(', ').map(letters => [letters[0], letters.split(' ')]))
const separator = fc.constantFrom('', '', '', ' ', '-', '.', '_', '\'')
const disguised = fc.constantFrom('scopegate', 'logto', 'officialweatherapp', 'weatherservice', 'chatgpt', 'openai', 'weatherapi').chain(name =>
  fc.tuple(...[...name].map(letter => fc.tuple(fc.constantFrom(...lookAlikes.get(letter) ?? [letter]), separator).map(parts => parts.join(''))))).map(parts => parts.join(''))

await t.test('no disguise of a reserved name is taken, whatever stands around it', async t => {
  const around = fc.constantFrom('', 'My ', 'x', 'rn', ' app', ' v2', 'The ')
  t.doesNotThrow(() => fc.assert(fc.property(around, disguised, around, (before, name, after) => isRefused(`${before}${name}${after}`)), { numRuns: 5000 }))
})

await t.test('any text is taken as it is or refused with a MetadataError, and what is taken can be shown', async t => {
  const unit = fc.oneof(fc.constantFrom(...'abz019 .-_\'&éßяαع天'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
  t.doesNotThrow(() => fc.assert(fc.property(fc.oneof(fc.string({ unit, maxLength: 60 }), fc.anything()), value => {
    if (isRefused(value)) return true
    const name = readName(value)
    return typeof value === 'string' && name === value.trim() && !/\p{Cs}/u.test(name) && name.normalize('NFKC') === name && !/[\p{C}\p{Bidi_Control}]/u.test(name) && readName(name) === name
  }), { numRuns: 5000 }))
})
