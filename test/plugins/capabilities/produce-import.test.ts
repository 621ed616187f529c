/** Which records a plugin may write, and how it learns that there is no room. */
import * as assert from 'uvu/assert'
import { produceImports } from '../../../src/plugins/capabilities/produce-import.ts'
import type { PluginRecord } from '../../../src/plugins/capabilities/producing.ts'
import { fakeEnvironment, thrownBy } from '../../support/fake-calls.ts'
import { startGuest } from '../../support/guest.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/produce-import', 60)

function producerFor(
  topics: readonly string[],
  queuedRecordsMax = 10,
  by: readonly string[] = [],
  recordBytesMax = 100,
) {
  const waiting = new Int32Array(new SharedArrayBuffer(8))
  const grants = { produce: { topics, queuedRecordsMax, recordBytesMax } }
  const fake = fakeEnvironment(grants, () => waiting, { by: () => by })
  const { produce } = produceImports(fake.environment)['blink:plugin/produce'] as { produce(record: object): void }
  return { fake, waiting, produce: (record: object) => produce({ headers: [], ...record }) }
}

const tagOf = (thrown: unknown) => (thrown as { tag: string }).tag

test('a record is told as it is, with those whose records led to it', () => {
  const { produce, fake } = producerFor(['out-*'], 10, ['q'])
  const memory = Uint8Array.from({ length: 100 }, (_, index) => index)
  produce({
    topic: 'out-1',
    partition: 3,
    key: undefined,
    value: memory.subarray(2, 4),
    headers: [{ key: 'h', value: undefined }],
  })
  const [, told] = fake.calls
  assert.equal(told, [
    'tell',
    'produce',
    {
      record: {
        topic: 'out-1',
        partition: 3,
        key: null,
        value: Uint8Array.of(2, 3),
        headers: [{ key: 'h', value: null }],
      },
      by: ['q'],
    },
  ])
  const { record } = told![2] as { record: PluginRecord }
  assert.is(record.value!.buffer.byteLength, 2, 'and nothing of what lies around it')
})

test('a topic that was not granted is refused, with the setting that would grant it', () => {
  const { produce, fake } = producerFor(['out-*', 'other'])
  for (const topic of ['out', 'in', 'others', 'x-out-1']) {
    assert.equal(
      thrownBy(() => produce({ topic })),
      {
        tag: 'not-allowed',
        val: `name ${topic} in \`capabilities: produce: topics\` of the plugin's settings`,
      },
    )
  }
  assert.is(tagOf(thrownBy(() => producerFor([]).produce({ topic: 'out' }))), 'not-allowed')
  assert.equal(fake.calls, [])
})

test('records that wait hold no more than there may be, however few they are', () => {
  const mebibyte = 1024 * 1024
  const { produce, waiting, fake } = producerFor(['t'], 1000, [], 100 * mebibyte)
  const large = { topic: 't', value: new Uint8Array(20 * mebibyte) }
  for (let count = 0; count < 3; count++) produce(large)
  assert.is(tagOf(thrownBy(() => produce(large))), 'queue-full')
  produce({ topic: 't', value: new Uint8Array(mebibyte) })
  fake.taken = 4
  waiting.set([1, 50 * 1024])
  assert.is(tagOf(thrownBy(() => produce(large))), 'queue-full')
  waiting.set([0, 0])
  produce({ topic: 't', value: new Uint8Array(90 * mebibyte) })
})

test('what is no record of Kafka is refused', () => {
  const { produce } = producerFor(['*'])
  const header = { key: 'h', value: undefined }
  const table: readonly (readonly [record: object, tag: string])[] = [
    [{ topic: '' }, 'invalid'],
    [{ topic: '.' }, 'invalid'],
    [{ topic: 'a b' }, 'invalid'],
    [{ topic: 'x'.repeat(250) }, 'invalid'],
    [{ topic: 't', partition: 2 ** 31 }, 'invalid'],
    [{ topic: 't', headers: Array.from({ length: 1001 }, () => header) }, 'invalid'],
    [{ topic: 't', value: new Uint8Array(101) }, 'too-large'],
    [{ topic: 't', key: new Uint8Array(51), value: new Uint8Array(50) }, 'too-large'],
    [{ topic: 't', headers: [{ key: 'é'.repeat(30), value: new Uint8Array(41) }] }, 'too-large'],
  ]
  for (const [record, tag] of table)
    assert.is(tagOf(thrownBy(() => produce(record))), tag, JSON.stringify(record).slice(0, 80))
  produce({ topic: 't', key: new Uint8Array(50), value: new Uint8Array(50) })
})

test('the queue is full by what waits to be stored and what the broker has yet to take up, and no other', () => {
  const { produce, fake, waiting } = producerFor(['*'], 3)
  const record = { topic: 't' }
  const isFull = () => tagOf(thrownBy(() => produce(record))) === 'queue-full'
  for (let count = 0; count < 3; count++) produce(record)
  assert.ok(isFull())
  // The broker takes up two, and stores one.
  waiting[0] = 2
  fake.taken = 2
  assert.ok(isFull())
  waiting[0] = 1
  produce(record)
  assert.ok(isFull())
  // Another instance has filled it.
  fake.taken = 4
  waiting[0] = 3
  assert.ok(isFull())
  waiting[0] = 2
  produce(record)
  assert.is(
    fake.calls.filter(([, name]) => name === 'produce-waiting').length,
    1,
    'and the broker is asked for the count once',
  )
})

test('a component writes records, is told when there is no room, and never sees its own', async (cleanup) => {
  const written: { record: PluginRecord; by: readonly string[] }[] = []
  const stored: (() => void)[] = []
  const produce = (record: PluginRecord, by: readonly string[]) => {
    written.push({ record, by })
    return new Promise<null>((resolve) => stored.push(() => resolve(null)))
  }
  const grants = { produce: { topics: ['out'], queuedRecordsMax: 100, recordBytesMax: 1000 } }
  const { run } = await startGuest(cleanup, grants, { host: { produce } })
  const flood = `
    let count = 0
    const failed = attempt(() => {
      const headers = [{ key: 'a', value: bytes('b') }]
      for (;; count++) produce({ topic: 'out', value: bytes(String(count)), headers })
    })
    return [count, failed.error]`
  assert.equal((await run(flood, ['other'])).value, [100, { tag: 'queue-full' }])
  assert.is(written.length, 100)
  assert.equal(
    written.map(({ record }) => Buffer.from(record.value!).toString()),
    Array.from({ length: 100 }, (_, index) => String(index)),
  )
  assert.equal(written[0]!.by, ['guest', 'other'])
  for (const done of stored.splice(0, 40)) done()
  await new Promise(setImmediate)
  assert.equal((await run(flood)).value, [40, { tag: 'queue-full' }])
})

test('that a record was not stored is in the log', async (cleanup) => {
  const grants = { produce: { topics: ['out'], queuedRecordsMax: 1, recordBytesMax: 1000 } }
  const { run, log } = await startGuest(cleanup, grants, { host: { produce: async () => 'there is no such topic' } })
  assert.equal(await run("produce({ topic: 'out', headers: [] })"), {})
  assert.equal(log, ['its record for out was not stored: there is no such topic'])
})

test.run()
