/** What plugins may do with a batch beyond refusing records of it. */
import * as assert from 'uvu/assert'
import { INVALID_RECORD, INVALID_TIMESTAMP, MESSAGE_TOO_LARGE, NONE } from '../../src/protocol/errors.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import {
  type BatchOptions,
  compressionTypes,
  encodeBatch,
  readBatch,
  recordsIn,
  recordsSection,
  validate,
} from '../../src/protocol/records.ts'
import { type TestBroker, startMs, testBroker } from '../support/broker.ts'
import { batchOf, produceRequest, produceTo, storedIn, topicOf, valuesOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('intake: changed batches')

function started(configs: Record<string, string> = {}) {
  const judge = new ScriptedJudge()
  const broker = testBroker({ judge })
  topicOf(broker, 'a', { configs })
  return { broker, judge }
}

function storedBatch(broker: TestBroker) {
  const [bytes] = storedIn(broker.cluster.topics.get('a')!.partitions[0]!)
  const batch = readBatch(bytes!)
  return { batch, records: [...recordsIn(recordsSection(batch), batch)] }
}

const offsetsAndValues = (broker: TestBroker) =>
  storedBatch(broker).records.map(({ offset, value }) => `${offset} ${value}`)

test('what a plugin drops is not stored, its offset is used up, and the producer is told nothing', async ({
  after,
}) => {
  const { broker } = started()
  after(broker.close)
  const answer = await produceTo(broker, 'a', batchOf(['x', 'drop', 'y']))
  assert.equal([answer.errorCode, answer.baseOffset, answer.recordErrors], [NONE.code, 0, []])
  assert.equal(offsetsAndValues(broker), ['0 x', '2 y'])
  assert.is((await produceTo(broker, 'a', batchOf(['z']))).baseOffset, 3)
  assert.is(broker.cluster.topics.get('a.rejected'), undefined, 'nor is it a dead letter')
})

test('a replacement is stored with the offset of the record it replaces, whatever the compression', async ({
  after,
}) => {
  for (const compression of compressionTypes) {
    const { broker } = started()
    after(broker.close)
    const numbered: BatchOptions = { compression, producerId: 7, producerEpoch: 1, baseSequence: 4 }
    await produceTo(broker, 'a', batchOf(['before']))
    const { broker: fresh } = started()
    after(fresh.close)
    const sent = { ...numbered, baseSequence: 0 }
    const answer = await produceTo(fresh, 'a', batchOf(['x', 'now something else', 'drop', 'y'], sent))
    assert.is(answer.errorCode, NONE.code)
    const { batch, records } = storedBatch(fresh)
    assert.equal(
      records.map(({ offset, value, headers }) => `${offset} ${value} ${headers.map(({ key }) => key)}`),
      ['0 x ', '1 something else was', '3 y '],
    )
    assert.equal(
      [batch.compression, batch.producerId, batch.producerEpoch, batch.baseSequence, batch.lastOffsetDelta],
      [compression, 7, 1, 0, 3],
    )
  }
})

test('what is stored of a changed batch has the checksum of what it is', async ({ after }) => {
  const { broker } = started()
  after(broker.close)
  await produceTo(broker, 'a', batchOf(['now other', 'x']))
  const sound = validate(Buffer.from(storedBatch(broker).batch.bytes), { uncompressedBytesMax: 1000 })
  assert.is('section' in sound, true)
})

test('a retry of a changed batch is known by its sequence', async ({ after }) => {
  const { broker, judge } = started()
  after(broker.close)
  const batch = batchOf(['now other', 'drop'], { producerId: 5, producerEpoch: 0, baseSequence: 0 })
  assert.equal(
    [(await produceTo(broker, 'a', batch)).baseOffset, (await produceTo(broker, 'a', batch)).baseOffset],
    [0, 0],
  )
  assert.is(judge.seen.length, 1)
  const next = batchOf(['x'], { producerId: 5, producerEpoch: 0, baseSequence: 2 })
  assert.is((await produceTo(broker, 'a', next)).baseOffset, 2)
})

test('refused, dropped and replaced records of one batch each get their own', async ({ after }) => {
  const { broker } = started()
  after(broker.close)
  await produceTo(broker, 'a', batchOf(['bury', 'now new', 'drop', 'refuse', 'x']))
  assert.equal(offsetsAndValues(broker), ['1 new', '4 x'])
  assert.equal(valuesOf(storedIn(broker.cluster.topics.get('a.rejected')!.partitions[0]!)), ['bury'])
})

test('a replacement that makes the batch too large is refused as if its producer had sent it', async ({ after }) => {
  const { broker } = started({ 'max.message.bytes': '200' })
  after(broker.close)
  const { errorCode } = await produceTo(broker, 'a', batchOf(['x', 'now '.padEnd(120, 'y')]))
  assert.is(errorCode, MESSAGE_TOO_LARGE.code)
  assert.equal(storedIn(broker.cluster.topics.get('a')!.partitions[0]!), [])
})

test('a replacement without a key, or of another time, is held to what the topic demands', async ({ after }) => {
  const compacted = started({ 'cleanup.policy': 'compact' })
  after(compacted.broker.close)
  const keyed = (value: string) => ({ timestamp: startMs, key: Buffer.from('k'), value: Buffer.from(value) })
  const keyless = await produceTo(compacted.broker, 'a', encodeBatch([keyed('drop'), keyed('x'), keyed('unkeyed x')]))
  assert.is(keyless.errorCode, INVALID_RECORD.code)
  assert.equal(
    keyless.recordErrors.map(({ batchIndex }) => batchIndex),
    [2],
    'by its index in what was sent',
  )
  const { broker } = started({ 'message.timestamp.after.max.ms': '1000' })
  after(broker.close)
  const late = await produceTo(broker, 'a', batchOf(['drop', 'aged 5000']))
  assert.equal([late.errorCode, late.recordErrors[0]?.batchIndex], [INVALID_TIMESTAMP.code, 1])
  assert.is((await produceTo(broker, 'a', batchOf(['aged -5']))).errorCode, NONE.code)
  assert.is(storedBatch(broker).batch.maxTimestamp, startMs - 5)
})

test('who is throttled is told for how long, the longest of a request, up to a bound', async ({ after }) => {
  const { broker } = started()
  after(broker.close)
  const request = (values: readonly string[]) => broker.request(produce, 12, produceRequest('a', batchOf(values)))
  const told = [
    await request(['x']),
    await request(['throttle 50', 'throttle 70', 'x']),
    await request(['throttle 4000000000']),
  ].map(({ throttleTimeMs }) => throttleTimeMs)
  assert.equal(told, [0, 70, 30_000])
  assert.equal(valuesOf(storedIn(broker.cluster.topics.get('a')!.partitions[0]!)).length, 5, 'and all is stored')
})

test('plugins are told who sends', async ({ after }) => {
  const { broker, judge } = started()
  after(broker.close)
  await produceTo(broker, 'a', batchOf(['x']), { clientId: 'me' })
  assert.equal(judge.senders, [{ client: { id: 'me', principal: null }, by: [] }])
})

test.run()
