import t from 'tap'
import type { Tool } from '../../examples/weatherbot/api/client.js'
import { inputSchema } from '../../examples/weatherbot/api/input-schema.js'
import { readBotConfig } from '../../examples/weatherbot/config.js'
import { createChat } from '../../examples/weatherbot/model/chat.js'
import { createChooser } from '../../examples/weatherbot/model/choose.js'
import { answers, startModel } from './model-double.js'
import { outcomeOf, permissionsOf, Person, type Page } from './weatherbot-person.js'
import { startWorld } from './weatherbot-world.js'

const { calls, message, says, send } = answers
const model = await startModel(t)
const world = await startWorld(t, { LLM_BASE_URL: `${model.baseUrl}/`, LLM_MODEL: 'tiny-<model>', LLM_API_KEY: 'key-of-the-model' })
const { wire } = world
const alice = new Person(world)

t.beforeEach(() => {
  wire.clear()
  model.asked.length = 0
})

const calledIn = ({ body }: Page): string[] => [.../id="called"(.*?)<\/p>/s.exec(body)?.[1]?.matchAll(/data-tool="([^"]*)"/g) ?? []].map(([, name = '']) => name)
const confirmationIn = ({ body }: Page): string => /name="confirmation" value="([^"]*)"/.exec(body)?.[1] ?? ''
const decide = async (person: Person, confirmation: string, decision: string) => await person.follow(await person.request('/confirm', { confirmation, decision }))

await t.test('the model chooses the tool and its arguments; it is asked once, also when the person has to sign in first', async t => {
  model.says(calls(['getForecast', { place: 'Seattle', days: 2 }]))
  const { page, rounds } = await alice.ask('Do I need an umbrella in the Emerald City till tomorrow?')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes.filter(scope => scope.includes(':'))), [['read:weather']])
  t.equal(outcomeOf(page), 'forecast')
  t.equal(page.body.match(/data-date=/g)?.length, 2)
  t.strictSame(calledIn(page), ['getForecast'], 'the page names what was called')
  t.match(page.body, '</code> (place: Seattle, days: 2)')
  t.match(page.body, /id="model"[^>]*>The language model tiny-&lt;model&gt; reads your question/, 'and that a model reads along')

  t.equal(model.asked.length, 1)
  const [asked] = model.asked
  t.match(asked, { url: '/v1/chat/completions', authorization: 'Bearer key-of-the-model', body: { model: 'tiny-<model>' } })
  t.strictSame(asked?.body.tools?.map(tool => tool.function.name), ['getMe', 'getForecast', 'getObservations', 'listPlaces', 'createPlace'],
    'what takes an identifier is not offered: the model sees none')
  t.match(asked?.body.tools?.[1], { type: 'function', function: { description: /Weather of the next days/, parameters: { type: 'object', properties: { days: { maximum: 14 } } } } })
  t.match(asked?.body.messages, [{ role: 'system', content: /Today is \d{4}-\d\d-\d\d/ }, { role: 'user', content: 'Do I need an umbrella in the Emerald City till tomorrow?' }])
})

await t.test('step-up works as with the planner; every tool\'s answer has a view', async t => {
  model.says(calls(['listPlaces', '']))
  const { page, redirects } = await alice.ask('Where do I live?')
  t.equal(redirects[0]?.searchParams.get('scope'), 'openid profile email offline_access read:weather read:places')
  t.strictSame([outcomeOf(page), calledIn(page)], ['places', ['listPlaces']])
  t.ok(wire.apiCalls.length === 1 && wire.apiCalls[0]?.authorization !== undefined, 'the description says what it takes, so that no call was in vain')
  model.says(calls(['getMe', {}]))
  const { page: me } = await alice.ask('Who am I?')
  t.equal(outcomeOf(me), 'data')
  t.match(me.body, /<pre id="data">\{\n {2}&quot;sub&quot;: /)
})

await t.test('what changes something happens at the person\'s word only, and once', async t => {
  model.says(calls(['createPlace', { name: '<Home>', latitude: 47.6, longitude: -122.3 }]))
  const { page } = await alice.ask('Remember Seattle')
  t.equal(outcomeOf(page), 'confirm')
  t.match(page.body, 'Nothing has been changed yet.')
  t.match(page.body, '<strong id="wanted">Save a place</strong>', 'in words')
  t.match(page.body, /says of this: Saves a place for the user/)
  t.match(page.body, /<dt>Name<\/dt><dd>&lt;Home&gt;<\/dd>\s*<dt>Latitude<\/dt><dd>47\.6<\/dd>\s*<dt>Longitude<\/dt><dd>-122\.3<\/dd>/, 'with all that would be sent')
  t.strictSame(wire.apiCalls, [])
  const confirmation = confirmationIn(page)

  const mallory = new Person(world)
  model.says(says('no'))
  await mallory.ask('anything')
  t.equal((await mallory.request('/confirm', { confirmation, decision: 'yes' })).status, 404, 'another session has nothing of the kind')
  t.equal((await alice.request('/confirm', { confirmation, decision: 'yes' }, 'https://evil.example')).status, 403, 'nor can another page say yes')
  t.strictSame(wire.apiCalls, [])

  const { page: saved, rounds } = await decide(alice, confirmation, 'yes')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes), [['write:places']], 'her consent to the permission comes on top')
  t.strictSame([outcomeOf(saved), calledIn(saved)], ['saved', ['createPlace']])
  t.equal(wire.apiCalls.filter(({ method }) => method === 'POST').length, 1)
  t.equal((await alice.request('/confirm', { confirmation, decision: 'yes' })).status, 404, 'a yes counts once')
  t.equal((await alice.request('/confirm', { decision: 'yes' })).status, 404)
})

await t.test('a no, a form without a word, and a consent that is refused change nothing', async t => {
  for (const decision of ['no', '', 'YES']) {
    model.says(calls(['createPlace', { name: 'x', latitude: 0, longitude: 0 }]))
    const { page } = await alice.ask('Remember everything')
    t.equal(outcomeOf(page), 'confirm')
    const { page: after } = await decide(alice, confirmationIn(page), decision)
    t.equal(outcomeOf(after), 'denied')
    t.match(after.body, 'nothing was changed')
  }
  const fresh = new Person(world)
  const { page } = await fresh.ask('Remember everything')
  const denied = await fresh.follow(await fresh.request('/confirm', { confirmation: confirmationIn(page), decision: 'yes' }), 'deny')
  t.match(denied.page.body, 'You did not allow it; nothing was changed.')
  t.ok(wire.apiCalls.every(({ authorization }) => authorization === undefined))
})

await t.test('what somebody else wanted is not for whoever signs in next', async t => {
  model.says(calls(['createPlace', { name: 'x', latitude: 0, longitude: 0 }]))
  const shared = new Person(world)
  const { page } = await shared.ask('Save x')
  model.says(calls(['listPlaces', {}]))
  await shared.ask('my places', 'allow', 'bob')
  t.equal((await shared.request('/confirm', { confirmation: confirmationIn(page), decision: 'yes' })).status, 404)
})

await t.test('what the model says instead of choosing is shown as its words; nothing is called', async t => {
  for (const [answer, words] of [
    [says('I cannot book <b>hotels</b>.'), 'The language model says: I cannot book &lt;b&gt;hotels&lt;/b&gt;.'], [says(null), 'found nothing that fits your question'], [message({ role: 'assistant' }), 'found nothing'],
    [message({ role: 'assistant', content: '', tool_calls: [] }), 'found nothing'], [message({ role: 'assistant', content: '', tool_calls: null }), 'found nothing'], [says('x'.repeat(5000)), `says: ${'x'.repeat(1000)}<`]
  ] as const) {
    model.says(answer)
    const { page } = await alice.ask('Book me a hotel')
    t.equal(outcomeOf(page), 'unknown')
    t.match(page.body, words)
    t.strictSame(calledIn(page), [])
  }
  t.strictSame(wire.apiCalls, [])
})

await t.test('hostile and broken choices: each is told, nothing is called, and the planner does not step in', async t => {
  const cases: Array<[ReturnType<typeof says>, RegExp]> = [
    [calls(['dropTables', {}]), /chose something that the weather service does not offer/],
    [calls(['deletePlace', { id: 'x' }]), /does not offer/],
    [calls(['createClient', { name: 'x' }]), /does not offer/],
    [calls(['constructor', {}]), /does not offer/],
    [calls(['GetForecast', { place: 'Seattle' }]), /does not offer/],
    [calls(['getForecast', '{"place": "Seatt']), /arguments that are not JSON/],
    [calls(['getForecast', '["Seattle"]']), /arguments that are not JSON/],
    [calls(['getForecast', 'null']), /arguments that are not JSON/],
    [calls(['getForecast', { place: 'Seattle', days: 99 }]), /days must be &lt;= 14/],
    [calls(['getForecast', { place: 'Seattle', days: '3' }]), /days must be integer/],
    [calls(['getForecast', { place: 'Seattle', url: 'https://evil.example' }]), /additional properties/],
    [calls(['getForecast', '{"place":"Seattle","__proto__":{"days":3}}']), /additional properties/],
    [calls(['createPlace', {}]), /required property/],
    [calls(['getForecast', { place: 'Seattle' }], ['deletePlace', { id: 'x' }]), /several things at once/],
    [send('{"choices":[]}'), /does not understand/],
    [send('<html>'), /does not understand/],
    [send({ choices: [{ message: { tool_calls: [{ function: { name: 'getForecast', arguments: { place: 'Seattle' } } }] } }] }), /does not understand/],
    [send({ error: { message: 'key-of-the-model is wrong' } }, 401), /refused to answer \(status 401\)/],
    [send('', 500), /refused to answer \(status 500\)/],
    [response => { response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end() }, /refused to answer \(status 307\)/],
    [says('x'.repeat(70_000)), /no usable answer in time/],
    [response => { response.destroy() }, /no usable answer in time/]
  ]
  for (const [answer, words] of cases) {
    model.says(answer)
    const { page } = await alice.ask('forecast for Seattle')
    t.equal(outcomeOf(page), 'problem', words.source)
    t.match(page.body, words)
    t.match(page.body, /Nothing was (?:called|asked)/)
    t.notMatch(page.body, 'key-of-the-model')
  }
  t.strictSame(wire.apiCalls, [])
})

await t.test('“home” is looked up among the saved places, whoever chose the tool; the model learns nothing of them', async t => {
  model.says(calls(['getForecast', { place: 'home', days: 2 }]))
  t.match((await alice.ask('weather at home')).page.body, 'You have not saved a place called “home”')
  model.says(calls(['createPlace', { name: 'Home', latitude: 47.6, longitude: -122.3 }]))
  await decide(alice, confirmationIn((await alice.ask('Remember Seattle as home')).page), 'yes')
  model.says(calls(['getForecast', { place: 'home', days: 2 }]))
  wire.clear()
  const { page } = await alice.ask('weather at home')
  t.equal(outcomeOf(page), 'forecast')
  t.match(page.body, /id="saved-place"[^>]*>Home</)
  t.equal(page.body.match(/data-date=/g)?.length, 2)
  t.strictSame(wire.apiCalls.map(({ url }) => url.pathname + url.search), ['/v1/places', '/v1/forecast?days=2&latitude=47.6&longitude=-122.3'])
  t.ok(model.asked.every(({ text }) => !text.includes('47.6')))
})

await t.test('the log says what kind of fault it was and the status, and nothing of its contents', async t => {
  const cases: Array<[ReturnType<typeof says>, object]> = [
    [send('', 500), { kind: 'model_status', status: 500 }],
    [send({ error: { message: 'hidden' } }, 401), { kind: 'model_status', status: 401 }],
    [send('<html>hidden'), { kind: 'model_answer', status: 200 }],
    [response => { response.destroy() }, { kind: 'model_unreachable' }],
    [calls(['hiddenTool', {}]), { kind: 'model_tool' }],
    [calls(['getForecast', { hidden: 1 }]), { kind: 'model_arguments' }],
    [calls(['getForecast', 'hidden']), { kind: 'model_arguments' }],
    [calls(['getForecast', {}], ['getMe', {}]), { kind: 'model_choice' }]
  ]
  for (const [answer, fault] of cases) {
    world.log.length = 0
    model.says(answer)
    await alice.ask('a hidden question')
    const [line = '{}', ...others] = world.log.filter(line => line.includes('"Trouble"'))
    t.match(JSON.parse(line), { ...fault, msg: 'Trouble' }, JSON.stringify(fault))
    t.strictSame(others, [])
    t.notMatch(line, 'hidden')
  }
  model.says(calls(['getForecast', { place: 'Seattle' }]))
  for (const [stub, fault] of [
    [() => new Response('<html>', { status: 500 }), { kind: 'api_status', status: 500 }],
    [() => new Response('<html>'), { kind: 'api_answer' }]
  ] as const) {
    world.log.length = 0
    wire.clear()
    wire.stub(({ url }) => url.pathname === '/v1/forecast' ? stub() : undefined)
    t.equal(outcomeOf((await alice.ask('forecast for Seattle')).page), 'problem')
    t.match(JSON.parse(world.log.find(line => line.includes('"Trouble"')) ?? '{}'), fault)
  }
  wire.clear()
})

await t.test('questions that are too long are not sent to the model', async t => {
  const { page } = await alice.ask('x'.repeat(201))
  t.equal(outcomeOf(page), 'unknown')
  t.strictSame(model.asked, [])
})

await t.test('a model that does not answer in time is given up', async t => {
  const slow = await startModel(t)
  slow.says(response => { response.writeHead(200).write('{') }) // begins, and never ends
  const tool: Tool = { name: 'x', title: '', description: '', tags: [], input: inputSchema({}, []), scopes: [], writes: false }
  const choose = createChooser(createChat({ baseUrl: slow.baseUrl, model: 'm' }, fetch, 50), () => 0)
  await t.rejects(choose('anything', async () => [tool]), { name: 'Trouble', message: /no usable answer in time\. Nothing was asked/ })
  t.equal(slow.asked[0]?.authorization, undefined, 'without a key none is sent')
})

await t.test('the permissions that are left in the end', async t => {
  t.strictSame(permissionsOf(await alice.request('/')), ['read:weather', 'read:places', 'write:places'])
})

await t.test('no token reaches the model, no key reaches a browser or the log', async t => {
  model.says(calls(['getMe', {}]))
  await alice.ask('Who am I?')
  t.ok(wire.secrets.size > 3)
  const all = wire.sent.filter(({ url }) => url.href.startsWith(model.baseUrl))
  t.equal(all.length, 1)
  t.equal(all[0]?.authorization, 'Bearer key-of-the-model')
  for (const secret of wire.secrets) if (model.asked.some(({ text }) => text.includes(secret))) t.fail('a token was sent to the model')
  t.notMatch(alice.received.join('\n'), 'key-of-the-model')
  t.notMatch(world.log.join('\n'), 'key-of-the-model')
})

await t.test('configuration: an address and a model belong together; keys are not repeated', async t => {
  const given = { LLM_BASE_URL: 'https://llm.example/v1/', LLM_MODEL: 'm' }
  t.strictSame(readBotConfig(given).model, { baseUrl: 'https://llm.example/v1', model: 'm' })
  t.strictSame(readBotConfig({ LLM_BASE_URL: 'http://localhost:11434/v1', LLM_MODEL: 'm', LLM_API_KEY: 'k' }).model, { baseUrl: 'http://localhost:11434/v1', model: 'm', apiKey: 'k' })
  t.equal(readBotConfig({ API_STYLE: 'mcp' }).apiStyle, 'mcp')
  const wrong: Array<[Record<string, string>, RegExp]> = [
    [{ API_STYLE: 'soap' }, /^API_STYLE: expected rest or mcp, found "soap"$/],
    [{ LLM_BASE_URL: 'https://llm.example' }, /^LLM_MODEL: expected the name of a model/], [{ LLM_MODEL: 'm' }, /^LLM_BASE_URL: expected the address that LLM_MODEL is for/],
    [{ LLM_API_KEY: 'hidden' }, /^LLM_BASE_URL: (?!.*hidden)/], [{ ...given, LLM_API_KEY: 'hidden\n' }, /^LLM_API_KEY: (?!.*hidden)/]
  ]
  for (const [env, text] of wrong) t.throws(() => readBotConfig(env), { message: text })
  for (const [address, found] of [
    ['http://llm.example/v1', 'plain http to another machine'], ['llm', 'something that is no address'], ['https://user:hidden@llm.example', 'an address with a user name or password'],
    ['https://llm.example/v1?key=hidden', 'an address with a query or a fragment'], ['file:///etc', 'an address that is not https']
  ] as const) {
    t.throws(() => readBotConfig({ ...given, LLM_BASE_URL: address }), { message: new RegExp(`^LLM_BASE_URL: (?!.*hidden).*, found ${found}$`) }, address)
  }
})
