import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { describeProducers } from '../../src/protocol/messages/describe-producers.ts'
import { startMs, type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('DescribeProducers')

async function ask(broker: TestBroker, name: string, ...partitionIndexes: number[]) {
  const { topics } = await broker.request(describeProducers, 0, { topics: [{ name, partitionIndexes }] })
  return topics[0]!.partitions
}

test('tells what a partition remembers of a producer, while its transaction is open and after', async ({ after }) => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a writes t-0              at 1                          Ongoing
  `)
  after(broker.close)
  const open = { producerId: 0, producerEpoch: 0, lastSequence: 1, coordinatorEpoch: -1, currentTxnStartOffset: 0 }
  const [first, second] = await ask(broker, 't', 0, 1)
  assert.equal(first?.activeProducers, [{ ...open, lastTimestamp: startMs }])
  assert.equal(second?.activeProducers, [])

  await transact(
    `
      0 s     a inits                   CONCURRENT_TRANSACTIONS       CompleteAbort
  `,
    { broker },
  )
  const ended = { producerId: 0, producerEpoch: 1, lastSequence: -1, coordinatorEpoch: 0, currentTxnStartOffset: -1 }
  assert.equal((await ask(broker, 't', 0))[0]?.activeProducers, [{ ...ended, lastTimestamp: startMs }])
})

test('what cannot be told is an error of the partition, with words where Kafka has some', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 't', { partitions: 2 })
  const said = async (name: string, index: number) => {
    const [{ errorCode, errorMessage } = assert.unreachable() as never] = await ask(broker, name, index)
    return `${errorOf(errorCode).name}: ${errorMessage}`
  }
  const led = [await said('t', 0), await said('t', 1)]
  assert.equal(led.sort(), ['NONE: null', 'NOT_LEADER_OR_FOLLOWER: null'])
  assert.is(await said('t', 7), 'UNKNOWN_TOPIC_OR_PARTITION: null')
  assert.is(await said('z', 0), 'UNKNOWN_TOPIC_OR_PARTITION: There is no such partition here.')
  assert.is(await said('', 0), 'INVALID_TOPIC_EXCEPTION: Topic name is invalid: it is empty')
})

test.run()
