import * as assert from 'uvu/assert'
import { encodeEndMarker } from '../../src/protocol/control-records.ts'
import { batchHeaderBytes } from '../../src/protocol/records.ts'
import { suite } from '../support/suite.ts'

const test = suite('control records')
const fields = { producerId: 7, producerEpoch: 3, coordinatorEpoch: 0, timestamp: 1000 }

test('the end of a transaction has the bytes that Apache Kafka writes', () => {
  const sectionOf = (isCommitted: boolean) =>
    encodeEndMarker({ ...fields, isCommitted })
      .bytes.subarray(batchHeaderBytes)
      .toString('hex')
  assert.is(sectionOf(true), '2000000008000000010c00000000000000')
  assert.is(sectionOf(false), '2000000008000000000c00000000000000')
})

test('it is a transactional control batch of one record without a sequence number', () => {
  const batch = encodeEndMarker({ ...fields, isCommitted: true })
  assert.ok(batch.isControl && batch.isTransactional)
  const { producerId, producerEpoch, baseSequence, recordCount, maxTimestamp } = batch
  assert.equal([producerId, producerEpoch, baseSequence, recordCount, maxTimestamp], [7, 3, -1, 1, 1000])
})

test.run()
