import * as assert from 'uvu/assert'
import { consuming, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { kcatOut, withoutKcat } from '../support/kcat.ts'
import { guardPath, plugin, type Running, start, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('rejection', 15)

type OnReject = 'fail' | 'drop' | 'dead-letter'

/** A broker with the guard, which refuses empty values. */
async function guarded(cleanup: Cleanup, onReject: OnReject) {
  const running = await start(cleanup, { plugins: [plugin(guardPath, { name: 'guard', onReject })] })
  const kafka = kafkajs(running.brokers)
  const producer = await producing(cleanup, kafka)
  /** One batch; tells the offset of its first record. */
  const send = async (...values: readonly string[]) => {
    const messages = values.map((value) => ({ key: `k${value}`, value, partition: 0 }))
    const [metadata] = await producer.send({ topic: 't', messages })
    return Number(metadata?.baseOffset)
  }
  return { ...running, kafka, send }
}

const placed = ({ offset, value }: { offset: string; value: Buffer | null }) => `${offset} ${value}`

async function kcatLines(cleanup: Cleanup, { brokers }: Running, topic: string): Promise<string[]> {
  const args = ['-b', brokers[0]!, '-C', '-q', '-e', '-o', 'beginning', '-t', topic, '-f', '%o %s\n']
  return (await kcatOut(cleanup, args)).split('\n').slice(0, -1)
}

test('with on_reject fail, one refused record keeps its whole batch out', async (cleanup) => {
  const { kafka, send } = await guarded(cleanup, 'fail')
  const refused = await send('a', '', 'c').catch((error) => error)
  assert.is(refused.code, 87, 'INVALID_RECORD')
  assert.is(await send('d'), 0)
  assert.equal((await readAll(cleanup, kafka, 't', 1)).map(textOf), ['kd=d'])
})

test('with on_reject drop, offsets told stay true and readers step over what is missing', async (cleanup) => {
  const running = await guarded(cleanup, 'drop')
  const { kafka, send } = running
  assert.is(await send('a', '', 'c'), 0)
  assert.is(await send('', 'e', ''), 3)
  assert.is(await send('', ''), 6)
  assert.is(await send('i'), 8)
  const expected = ['0 a', '2 c', '4 e', '8 i']
  const read = await readAll(cleanup, kafka, 't', expected.length)
  assert.equal(read.map(placed), expected)
  if (withoutKcat === null) assert.equal(await kcatLines(cleanup, running, 't'), expected)
  const { json } = await running.get('/fetch?topic=t')
  assert.equal(
    json.records.map(({ offset, value }: { offset: number; value: string }) => `${offset} ${value}`),
    expected,
  )
  assert.is(json.next_offset, 9)
})

test('a topic of which nothing is left is read to its end, and then what comes after', async (cleanup) => {
  const running = await guarded(cleanup, 'drop')
  const { kafka, send } = running
  assert.is(await send('', ''), 0)
  if (withoutKcat === null) assert.equal(await kcatLines(cleanup, running, 't'), [])
  const member = await consuming(cleanup, kafka, 't')
  await until('it owns its partition', () => member.owned !== null)
  assert.is(await send(''), 2)
  assert.is(await send('d'), 3)
  await until('what came after is read', () => member.read.length === 1)
  assert.equal(member.read.map(placed), ['3 d'])
})

test('a group commits past an empty batch at the end', async (cleanup) => {
  const { kafka, send } = await guarded(cleanup, 'drop')
  await send('a')
  await send('', '')
  const first = await consuming(cleanup, kafka, 't', { groupId: 'g' })
  await until('the record is read', () => first.read.length === 1)
  await first.leave()
  await send('d')
  const second = await consuming(cleanup, kafka, 't', { groupId: 'g' })
  await until('the next record is read', () => second.read.length > 0)
  assert.equal(second.read.map(placed), ['3 d'])
})

test('with on_reject dead-letter, refused records go to a topic of their own, told why', async (cleanup) => {
  const running = await guarded(cleanup, 'dead-letter')
  const { kafka, send } = running
  assert.is(await send('a', '', 'c'), 0)
  assert.equal((await readAll(cleanup, kafka, 't', 2)).map(placed), ['0 a', '2 c'])
  const [letter] = await readAll(cleanup, kafka, 't.rejected', 1)
  assert.equal(letter?.key, Buffer.from('k'))
  assert.is(letter?.value?.length, 0)
  const told = Object.fromEntries(Object.entries(letter?.headers ?? {}).map(([name, value]) => [name, String(value)]))
  assert.match(told['blink.timestamp']!, /^\d{13}$/)
  assert.equal(
    { ...told, 'blink.timestamp': '' },
    {
      'blink.plugin': 'guard',
      'blink.reason': 'Refusing an empty value on t',
      'blink.topic': 't',
      'blink.partition': '0',
      'blink.offset': '1',
      'blink.timestamp': '',
    },
  )
  assert.equal(
    running.broker.plugins[0]!.records,
    { accepted: 2, refused: 1, failed: 0, dropped: 0, replaced: 0, throttled: 0, shadowRefused: 0 },
    'a dead letter is not judged',
  )
})

test('an idempotent producer stays in step when records of its batches are dropped', async (cleanup) => {
  const { brokers, kafka } = await guarded(cleanup, 'drop')
  const producer = await producing(cleanup, kafkajs(brokers), { idempotent: true })
  for (let round = 0; round < 5; round++) {
    const messages = ['x', '', `${round}`].map((value) => ({ value, partition: 0 }))
    const [metadata] = await producer.send({ topic: 't', messages })
    assert.is(metadata?.baseOffset, `${round * 3}`)
  }
  assert.is((await readAll(cleanup, kafka, 't', 10)).at(-1)?.offset, '14')
})

test('compressed batches lose their refused records, too', async (cleanup) => {
  const { kafka, brokers } = await guarded(cleanup, 'drop')
  const producer = await producing(cleanup, kafkajs(brokers))
  for (const compression of [1, 2, 3, 4]) {
    await producer.send({ topic: 't', compression, messages: ['a', '', `${compression}`].map((value) => ({ value })) })
  }
  const read = await readAll(cleanup, kafka, 't', 8)
  assert.equal(read.map(placed), ['0 a', '2 1', '3 a', '5 2', '6 a', '8 3', '9 a', '11 4'])
})

test.run()
