/** What becomes of a batch that plugins have a say in; a plugin here is whatever answers for the value of a record. */
import * as assert from 'uvu/assert'
import { allAccepted, type Judged, type Refusal } from '../../src/plugins/judgement.ts'
import { INVALID_RECORD, NONE, OUT_OF_ORDER_SEQUENCE_NUMBER } from '../../src/protocol/errors.ts'
import { encodeBatch, type RecordBatch, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { nobody, startMs, type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, storedIn, topicOf, valuesOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('intake')
type Verdict = Pick<Refusal, 'onReject' | 'deadLetterTopic'>

/** Sees every record; answers when it is told to. */
class FakeJudge {
  readonly wantsFetch = nobody.wantsFetch
  readonly view = nobody.view
  readonly seen: string[] = []
  readonly verdicts = new Map<string, Verdict>()
  readonly #held: (() => void)[] = []
  isInterested = true
  isSlow = false
  isBroken = false

  wants(topic: string): boolean {
    return this.isInterested && topic !== 'unwatched'
  }

  async judge(topic: string, partition: number, batch: RecordBatch, section: Buffer): Promise<Judged> {
    const values = [...recordsIn(section, batch)].map(({ value }) => `${value}`)
    this.seen.push(`${topic}-${partition}: ${values}`)
    if (this.isSlow) await new Promise<void>((resolve) => this.#held.push(resolve))
    if (this.isBroken) throw new Error('a bug in the plugin host')
    const refusals = values.flatMap((value, index) => {
      const verdict = this.verdicts.get(value)
      if (verdict === undefined) return []
      return [{ index, plugin: 'guard', reason: `no ${value}`, isFailure: false, ...verdict }]
    })
    return { ...allAccepted, refusals }
  }

  /** Lets the one answer that has waited longest go. */
  async answer(): Promise<void> {
    this.#held.shift()!()
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
}

function judged(): { broker: TestBroker; judge: FakeJudge } {
  const judge = new FakeJudge()
  const broker = testBroker({ judge })
  topicOf(broker, 'a', { partitions: 2 })
  return { broker, judge }
}

function stored(broker: TestBroker, topic = 'a', index = 0): readonly Buffer[] {
  return storedIn(broker.cluster.topics.get(topic)!.partitions[index]!)
}

test('what nobody refuses is stored as it came', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  const records = batchOf(['x', 'y'], { compression: 'gzip' })
  assert.is((await produceTo(broker, 'a', records)).errorCode, NONE.code)
  assert.equal(judge.seen, ['a-0: x,y'])
  assert.equal(valuesOf(stored(broker)), ['x', 'y'])
  assert.is(stored(broker)[0]?.length, records.length)
})

test('topics that no plugin wants, and Kafka’s own, are not shown', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  for (const name of ['unwatched', '__consumer_offsets']) {
    topicOf(broker, name)
    assert.is((await produceTo(broker, name, batchOf(['x']))).errorCode, NONE.code)
  }
  assert.equal(judge.seen, [])
})

test('fail: nothing of the batch is stored, and the guilty records are named', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('y', { onReject: 'fail' }).set('z', { onReject: 'fail' })
  const answer = await produceTo(broker, 'a', batchOf(['x', 'y', 'z']))
  assert.equal([answer.errorCode, answer.baseOffset], [INVALID_RECORD.code, -1])
  assert.equal(answer.recordErrors, [
    { batchIndex: 1, batchIndexErrorMessage: "refused by plugin 'guard': no y" },
    { batchIndex: 2, batchIndexErrorMessage: "refused by plugin 'guard': no z" },
  ])
  assert.is(answer.errorMessage, "refused by plugin 'guard': no y (and 1 more)")
  assert.equal(stored(broker), [])
})

test('drop: the others are stored, at the offsets that the producer is told', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('y', { onReject: 'drop' })
  const answer = await produceTo(broker, 'a', batchOf(['x', 'y', 'z']))
  assert.equal([answer.errorCode, answer.baseOffset, answer.recordErrors], [NONE.code, 0, []])
  const [batch] = stored(broker).map((bytes) => readBatch(bytes))
  const offsets = [...recordsIn(recordsSection(batch!), batch!)].map(({ offset, value }) => `${offset} ${value}`)
  assert.equal(offsets, ['0 x', '2 z'])
  assert.is((await produceTo(broker, 'a', batchOf(['next']))).baseOffset, 3)
})

test('drop: a batch of which nothing is left still takes its offsets', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('x', { onReject: 'drop' })
  assert.is((await produceTo(broker, 'a', batchOf(['x', 'x']))).baseOffset, 0)
  assert.is((await produceTo(broker, 'a', batchOf(['y']))).baseOffset, 2)
  assert.equal(valuesOf(stored(broker)), ['y'])
})

test('fail goes before drop: one such record refuses the whole batch', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('x', { onReject: 'drop' }).set('y', { onReject: 'fail' })
  const answer = await produceTo(broker, 'a', batchOf(['x', 'y']))
  assert.equal(
    answer.recordErrors.map(({ batchIndex }) => batchIndex),
    [1],
  )
  assert.equal(stored(broker), [])
})

test('dead-letter: the record goes to a topic of its own, saying why and where it came from', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('bad', { onReject: 'dead-letter' })
  await produceTo(broker, 'a', batchOf(['first']), { index: 1 })
  const header = { key: 'trace', value: Buffer.from('7') }
  const record = { timestamp: startMs + 5, key: Buffer.from('k'), value: Buffer.from('bad'), headers: [header] }
  const answer = await produceTo(broker, 'a', encodeBatch([record]), { index: 1 })
  assert.equal([answer.errorCode, answer.baseOffset], [NONE.code, 1])
  assert.equal(valuesOf(stored(broker, 'a', 1)), ['first'])

  assert.is(broker.cluster.topics.get('a.rejected')?.partitions.length, 2)
  const [batch] = stored(broker, 'a.rejected', 1).map((bytes) => readBatch(bytes))
  const [letter] = [...recordsIn(recordsSection(batch!), batch!)]
  assert.equal([`${letter?.key}`, `${letter?.value}`, letter?.timestamp], ['k', 'bad', startMs + 5])
  assert.equal(
    letter?.headers.map(({ key, value }) => `${key}=${value}`),
    [
      'trace=7',
      'blink.plugin=guard',
      'blink.reason=no bad',
      'blink.topic=a',
      'blink.partition=1',
      'blink.offset=1',
      `blink.timestamp=${startMs + 5}`,
    ],
  )
})

test('dead-letter: a plugin may name the topic, and letters are not judged again', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts
    .set('x', { onReject: 'dead-letter', deadLetterTopic: 'graves' })
    .set('y', { onReject: 'dead-letter' })
    .set('z', { onReject: 'drop' })
  await produceTo(broker, 'a', batchOf(['x', 'y', 'z']))
  assert.equal([valuesOf(stored(broker, 'graves')), valuesOf(stored(broker, 'a.rejected'))], [['x'], ['y']])
  assert.equal(judge.seen, ['a-0: x,y,z'])
})

test('dead-letter: a letter that cannot be stored does not hold up the others', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('x', { onReject: 'dead-letter', deadLetterTopic: 'no such name' })
  assert.is((await produceTo(broker, 'a', batchOf(['x', 'y']))).errorCode, NONE.code)
  assert.equal(valuesOf(stored(broker)), ['y'])
})

test('a copy of a batch is answered from the log; no plugin sees it again', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.verdicts.set('y', { onReject: 'drop' })
  const numbered = (baseSequence: number) => batchOf(['x', 'y'], { producerId: 5, producerEpoch: 0, baseSequence })
  for (const sequence of [0, 0, 2, 0]) await produceTo(broker, 'a', numbered(sequence))
  assert.equal(judge.seen, ['a-0: x,y', 'a-0: x,y'])
  assert.equal(valuesOf(stored(broker)), ['x', 'x'])
})

test('what the log would refuse no plugin sees', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  topicOf(broker, 'compacted', { configs: { 'cleanup.policy': 'compact' } })
  await produceTo(broker, 'compacted', batchOf(['x']))
  await produceTo(broker, 'a', encodeBatch([{ timestamp: startMs + 9_999_999, key: null, value: null }]))
  await produceTo(broker, 'a', batchOf(['0'], { producerId: 5, producerEpoch: 0, baseSequence: 0 }))
  const gap = await produceTo(broker, 'a', batchOf(['8'], { producerId: 5, producerEpoch: 0, baseSequence: 8 }))
  assert.is(gap.errorCode, OUT_OF_ORDER_SEQUENCE_NUMBER.code)
  assert.equal(judge.seen, ['a-0: 0'])
})

test('batches of a partition are judged and stored in the order in which they came', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.isSlow = true
  const answers = [produceTo(broker, 'a', batchOf(['1'])), produceTo(broker, 'a', batchOf(['2']))]
  const other = produceTo(broker, 'a', batchOf(['3']), { index: 1 })
  await null
  assert.equal(judge.seen, ['a-0: 1', 'a-1: 3'], 'another partition does not wait')
  assert.equal(stored(broker), [])
  await judge.answer()
  assert.equal(judge.seen.at(-1), 'a-0: 2')
  await judge.answer()
  await judge.answer()
  assert.equal(
    (await Promise.all([...answers, other])).map(({ baseOffset }) => baseOffset),
    [0, 1, 0],
  )
  assert.equal(valuesOf(stored(broker)), ['1', '2'])
})

test('batches that no plugin wants any more do not overtake those that still wait', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.isSlow = true
  const answers = [produceTo(broker, 'a', batchOf(['1']))]
  judge.isInterested = false
  answers.push(produceTo(broker, 'a', batchOf(['2'])))
  await null
  assert.equal(stored(broker), [])
  await judge.answer()
  await Promise.all(answers)
  assert.equal(valuesOf(stored(broker)), ['1', '2'])
})

test('a copy that comes while the first still waits is answered as the first', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.isSlow = true
  const numbered = batchOf(['x'], { producerId: 5, producerEpoch: 0, baseSequence: 0 })
  const answers = [produceTo(broker, 'a', numbered), produceTo(broker, 'a', numbered)]
  await null
  await judge.answer()
  assert.equal(
    (await Promise.all(answers)).map(({ baseOffset }) => baseOffset),
    [0, 0],
  )
  assert.equal(judge.seen, ['a-0: x'])
})

test('a topic that is deleted while plugins are asked takes no record', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.isSlow = true
  const answer = produceTo(broker, 'a', batchOf(['x']))
  await null
  broker.cluster.topics.delete(broker.cluster.topics.get('a')!)
  await judge.answer()
  assert.is((await answer).errorCode, 3)
})

test('a bug in the plugin host fails the one request and does not hold up the next', async ({ after }) => {
  const { broker, judge } = judged()
  after(broker.close)
  judge.isBroken = true
  const failed = await produceTo(broker, 'a', batchOf(['x'])).catch((error: Error) => error.message)
  assert.is(failed, 'a bug in the plugin host')
  judge.isBroken = false
  assert.is((await produceTo(broker, 'a', batchOf(['y']))).errorCode, NONE.code)
  assert.equal(valuesOf(stored(broker)), ['y'])
})

test.run()
