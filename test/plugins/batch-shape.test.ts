import * as assert from 'uvu/assert'
import { bytesOf, partsOf } from '../../src/plugins/batch-shape.ts'
import { suite } from '../support/suite.ts'

const test = suite('shape of a batch in shared memory')

test('its parts fill what it takes, one behind the other', () => {
  const shape = { skew: 3, sectionBytes: 10, recordCount: 4, topicBytes: 5, partition: 7 }
  const buffer = new SharedArrayBuffer(bytesOf(shape))
  const { aligned, verdicts, topic } = partsOf(buffer, shape)
  aligned.fill(1)
  verdicts.fill(2)
  topic.fill(3)
  assert.equal([...new Uint8Array(buffer)], [...Array(13).fill(1), ...Array(4).fill(2), ...Array(5).fill(3)])
})

test.run()
