import * as assert from 'uvu/assert'
import { coordinatorPartition } from '../../src/coordinator/coordinators.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('AddOffsetsToTxn')

test('the offsets of a group are a partition of __consumer_offsets, whether or not there is such a group', async () => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a includes g              ok                            Ongoing
      0 s     a includes g              ok                            Ongoing
  `)
  const [partition, ...more] = [...broker.cluster.transactions.get('a')!.partitions]
  assert.equal(partition, { topic: '__consumer_offsets', partition: coordinatorPartition('g') })
  assert.equal(more, [])
  broker.close()
})

test('who is not the producer is told so', async () => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a includes g epoch=9      PRODUCER_FENCED               Empty
      0 s     a includes g id=9         INVALID_PRODUCER_ID_MAPPING   Empty
      0 s     x includes g              INVALID_PRODUCER_ID_MAPPING   -
  `)
  broker.close()
})

test.run()
