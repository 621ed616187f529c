import * as assert from 'uvu/assert'
import { chaos, chaosLetters } from '../support/components.ts'
import { kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { kcat, withoutKcat } from '../support/kcat.ts'
import { plugin, type Running, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('a plugin in trouble', 15)

type Options = Parameters<typeof plugin>[1]

/** A broker with a plugin that does what values tell it to, on topics whose names begin with `judged`. */
async function troubled(cleanup: Cleanup, options: Options = {}) {
  const chaotic = { name: 'chaos', topics: ['judged*'], timeoutMs: 300, maxMemoryBytes: 1 << 24, ...options }
  const running = await start(cleanup, { plugins: [plugin(await chaos(), chaotic)] })
  const kafka = kafkajs(running.brokers)
  const producer = await producing(cleanup, kafka)
  const send = async (topic: string, ...values: readonly string[]) => {
    const [metadata] = await producer.send({ topic, messages: values.map((value) => ({ value })) })
    return metadata?.baseOffset
  }
  return { ...running, kafka, send }
}

function status({ broker }: Running) {
  return broker.plugins[0]!
}

const troubles = [
  ['traps', chaosLetters.trap, 'trap'],
  ['never returns', chaosLetters.loop, 'timeout'],
  ['takes all memory', chaosLetters.takeAllMemory, 'memory'],
] as const

for (const [what, letter, kind] of troubles) {
  test(`a plugin that ${what} is named with its hook, and the broker serves on`, async (cleanup) => {
    const running = await troubled(cleanup)
    const { kafka, send } = running
    const failed = send('judged', 'ok', letter, 'ok').catch((error) => error)
    assert.is(await send('other', 'meanwhile'), '0', 'other topics do not wait')
    assert.is((await failed).code, 87, 'INVALID_RECORD')
    const event = running.events.find(({ level }) => level === 'error')
    assert.equal(event?.fields, { plugin: 'chaos', hook: 'on-record', kind })
    assert.match(event!.message, /^Plugin 'chaos' failed: on-record failed/)
    assert.match(status(running).lastFailure!, /^on-record failed/)
    assert.is(status(running).failures[`on-record ${kind}`], 1)

    assert.is(await send('judged', 'sound'), '0', 'nothing of the failed batch was stored')
    assert.equal((await readAll(cleanup, kafka, 'judged', 1)).map(textOf), ['sound'])
    assert.is(status(running).state, 'running', 'it was started again')
  })
}

test('with on_error accept, a record on which the plugin fails is stored all the same', async (cleanup) => {
  const { kafka, send } = await troubled(cleanup, { onError: 'accept' })
  await send('judged', 'a', chaosLetters.trap, 'c')
  assert.equal((await readAll(cleanup, kafka, 'judged', 3)).map(textOf), ['a', 'T', 'c'])
})

test('with on_reject drop, only the record on which the plugin failed is missing', async (cleanup) => {
  const { kafka, send } = await troubled(cleanup, { onReject: 'drop' })
  await send('judged', 'a', chaosLetters.loop, 'c', chaosLetters.refuse, 'e')
  assert.equal(
    (await readAll(cleanup, kafka, 'judged', 3)).map(({ offset }) => offset),
    ['0', '2', '4'],
  )
})

test('a plugin that only fails is quarantined: its topics are closed to writers, not to readers', async (cleanup) => {
  const running = await troubled(cleanup, { maxFailures: 1 })
  const { kafka, send, lines, get } = running
  await send('judged', 'before')
  assert.is((await send('judged', chaosLetters.trap).catch((error) => error)).code, 87)
  assert.is(status(running).state, 'quarantined')
  const started = performance.now()
  assert.is((await send('judged', 'sound').catch((error) => error)).code, 87)
  assert.ok(performance.now() - started < 1000, 'the answer is quick')
  assert.equal((await readAll(cleanup, kafka, 'judged', 1)).map(textOf), ['before'])
  assert.ok(lines().some((line) => /^error: .*quarantined/.test(line)))
  assert.is((await get('/plugins')).json.plugins[0].state, 'quarantined')
  assert.is((await get('/health')).status, 200)
})

test('a plugin that floods its log is not heard in full, and the broker serves on', async (cleanup) => {
  const { send, lines } = await troubled(cleanup)
  const failed = send('judged', chaosLetters.floodLog).catch((error) => error)
  assert.is(await send('other', 'meanwhile'), '0')
  assert.is((await failed).code, 87)
  assert.ok(lines().length < 2000, `${lines().length} lines`)
})

test('over HTTP, a plugin that fails is told from one that refuses', async (cleanup) => {
  const { post } = await troubled(cleanup)
  const refused = await post('/produce', { topic: 'judged', value: chaosLetters.refuseWithReason })
  assert.is(refused.status, 422)
  assert.match(refused.json.error.message, /^plugin chaos refused the record: the value says no/)
  const failed = await post('/produce', { topic: 'judged', value: chaosLetters.trap })
  assert.is(failed.status, 422)
  assert.match(failed.json.error.message, /^plugin chaos failed: on-record failed \(trap\)/)
})

if (withoutKcat === null) {
  test('librdkafka reports a record on which a plugin hangs, and delivers those after it', async (cleanup) => {
    const { brokers, kafka } = await troubled(cleanup)
    const options = ['-E', '-X', 'batch.num.messages=1', '-X', 'enable.idempotence=true']
    const input = `a\n${chaosLetters.loop}\nc\n`
    const { code, err } = await kcat(cleanup, ['-b', brokers[0]!, '-P', '-t', 'judged', ...options], input).ended
    assert.is(code, 1)
    assert.is(err.match(/Delivery failed for message/g)?.length, 1)
    assert.equal((await readAll(cleanup, kafka, 'judged', 2)).map(textOf), ['a', 'c'])
  })
}

test.run()
