import * as assert from 'uvu/assert'
import { reassign } from '../../src/handlers/leadership.ts'
import { listPartitionReassignments } from '../../src/protocol/messages/list-partition-reassignments.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('ListPartitionReassignments')

test('tells which partitions await a broker, of all topics or of those that are named', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const [waiting, done] = ['a', 'b'].map((name) => topicOf(broker, name))
  broker.stop(3)
  reassign(waiting!, 0, [3, 1], broker.cluster)
  reassign(done!, 0, [2], broker.cluster)
  const list = async (topics: { name: string; partitionIndexes: number[] }[] | null) =>
    (await broker.request(listPartitionReassignments, 0, { topics })).topics
  const partitions = [{ partitionIndex: 0, replicas: [3, 1], addingReplicas: [3], removingReplicas: [] }]
  assert.equal(await list(null), [{ name: 'a', partitions }])
  assert.equal(await list([{ name: 'a', partitionIndexes: [0, 7] }]), [{ name: 'a', partitions }])
  for (const name of ['b', 'nowhere']) assert.equal(await list([{ name, partitionIndexes: [0] }]), [])
})

test.run()
