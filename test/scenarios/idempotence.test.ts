/** What Kafka answers to numbered batches (KIP-98): with BROKER=host:port another one is asked. */
import * as assert from 'uvu/assert'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { administering, created, kafkajs } from '../support/kafkajs.ts'
import { anyBroker, unique } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { produceVersion, producing, wire } from '../support/wire.ts'

const test = suite('idempotence', 20)

const none = 0
const outOfOrder = 45
const invalidEpoch = 47

/** A producer with an id, at a topic of its own. */
async function numbered(cleanup: Cleanup) {
  const brokers = await anyBroker(cleanup)
  const admin = await administering(cleanup, kafkajs(brokers))
  const topic = unique('numbered')
  await created(admin, topic)
  cleanup.after(() => admin.deleteTopics({ topics: [topic] }).catch(() => {}))
  const { send, answer } = await wire(cleanup, brokers[0]!)
  send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })
  const { producerId, producerEpoch: firstEpoch } = await answer(initProducerId, 4)
  /** Tells error code and base offset. */
  const sendBatch = async (baseSequence: number, recordCount = 1, producerEpoch = firstEpoch) => {
    const records = Array.from({ length: recordCount }, () => ({
      timestamp: Date.now(),
      key: null,
      value: Buffer.from(`from sequence ${baseSequence}`),
    }))
    const batch = encodeBatch(records, { producerId, producerEpoch, baseSequence })
    send(produce, produceVersion, producing(topic, batch))
    const { errorCode, baseOffset } = (await answer(produce, produceVersion)).responses[0]!.partitionResponses[0]!
    return [errorCode, baseOffset]
  }
  return { admin, topic, sendBatch }
}

test('a batch that comes again is answered with its first offset, and stored once', async (cleanup) => {
  const { admin, topic, sendBatch } = await numbered(cleanup)
  assert.equal(await sendBatch(0, 3), [none, 0])
  assert.equal(await sendBatch(3, 2), [none, 3])
  assert.equal(await sendBatch(0, 3), [none, 0])
  assert.equal(await sendBatch(3, 2), [none, 3])
  assert.is((await admin.fetchTopicOffsets(topic))[0]?.high, '5')
})

test('only the last five batches are known again', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  for (let sequence = 0; sequence < 6; sequence++) assert.equal(await sendBatch(sequence), [none, sequence])
  for (let sequence = 1; sequence < 6; sequence++) assert.equal(await sendBatch(sequence), [none, sequence])
  assert.equal(await sendBatch(0), [outOfOrder, -1])
})

test('a batch behind a gap is out of order, until the gap is filled', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  assert.equal(await sendBatch(0), [none, 0])
  assert.equal(await sendBatch(2), [outOfOrder, -1])
  assert.equal(await sendBatch(1), [none, 1])
  assert.equal(await sendBatch(2), [none, 2])
})

test('a batch that overlaps the last one is out of order', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  assert.equal(await sendBatch(0, 3), [none, 0])
  assert.equal(await sendBatch(1, 3), [outOfOrder, -1])
  assert.equal(await sendBatch(0, 2), [outOfOrder, -1], 'the same begin, another end')
})

test('a new epoch begins at sequence 0, and fences the old one', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  assert.equal(await sendBatch(0, 1, 0), [none, 0])
  assert.equal(await sendBatch(1, 1, 1), [outOfOrder, -1], 'not at 0')
  assert.equal(await sendBatch(0, 1, 1), [none, 1])
  assert.equal(await sendBatch(1, 1, 0), [invalidEpoch, -1])
})

test('a producer that a partition does not know may begin anywhere', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  assert.equal(await sendBatch(7), [none, 0])
  assert.equal(await sendBatch(8), [none, 1])
})

test('sequences go on at 0 behind the largest', async (cleanup) => {
  const { sendBatch } = await numbered(cleanup)
  const largest = 2 ** 31 - 1
  assert.equal(await sendBatch(largest - 1, 3), [none, 0], 'the batch itself goes over the end')
  assert.equal(await sendBatch(1), [none, 3])
})

test.run()
