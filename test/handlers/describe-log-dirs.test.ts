import * as assert from 'uvu/assert'
import { NONE } from '../../src/protocol/errors.ts'
import { describeLogDirs } from '../../src/protocol/messages/describe-log-dirs.ts'
import { testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeLogDirs')
const newest = 5

test('tells how large logs are, and how much room is left', async ({ after }) => {
  const broker = testBroker({ settings: { memoryBytesMax: 10_000 } })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 2 })
  const batch = batchOf(['x'])
  await produceTo(broker, 'a', batch, { index: 1 })
  for (let version = 1; version <= newest; version++) {
    const { errorCode, results } = await broker.request(describeLogDirs, version, { topics: null })
    assert.is(errorCode, NONE.code)
    const [dir, ...others] = results
    assert.equal(others, [])
    assert.equal(dir?.topics, [
      {
        name: 'a',
        partitions: [0, batch.length].map((partitionSize, partitionIndex) => ({
          partitionIndex,
          partitionSize,
          offsetLag: 0,
          isFutureKey: false,
        })),
      },
    ])
    const room = version >= 4 ? [10_000, 10_000 - batch.length] : [-1, -1]
    assert.equal([dir?.totalBytes, dir?.usableBytes], room)
  }
})

test('tells only of what is asked for and there, each partition once', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { partitions: 2 })
  const told = async (topic: string, partitions: number[]) => {
    const { results } = await broker.request(describeLogDirs, newest, { topics: [{ topic, partitions }] })
    return results[0]?.topics.flatMap((one) => one.partitions.map(({ partitionIndex }) => partitionIndex))
  }
  assert.equal(await told('a', [1, 1]), [1])
  assert.equal([await told('a', [7]), await told('a', []), await told('nope', [0])], [[], [], []])
})

test('each broker tells of the partitions that it holds', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 3, replicationFactor: 2 })
  const held = [1, 2, 3].map(async (nodeId) => {
    const { results } = await broker.request(describeLogDirs, newest, { topics: null }, { nodeId })
    return results[0]?.topics[0]?.partitions.map(({ partitionIndex }) => partitionIndex)
  })
  assert.equal(await Promise.all(held), [
    [0, 2],
    [0, 1],
    [1, 2],
  ])
})

test.run()
