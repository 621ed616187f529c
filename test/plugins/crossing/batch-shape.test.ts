import * as assert from 'uvu/assert'
import { endOf, partsOf } from '../../../src/plugins/crossing/batch-shape.ts'
import { suite } from '../../support/suite.ts'

const test = suite('shape of a batch in shared memory')

test('its parts lie one behind the other, and the next batch begins at a multiple of eight', () => {
  const shape = { at: 8, skew: 3, sectionBytes: 10, recordCount: 4, topicBytes: 5, partition: 7 }
  const buffer = new SharedArrayBuffer(endOf(shape))
  const { aligned, verdicts, topic } = partsOf(buffer, shape)
  aligned.fill(1)
  verdicts.fill(2)
  topic.fill(3)
  assert.equal(
    [...new Uint8Array(buffer)],
    [...Array(8).fill(0), ...Array(13).fill(1), ...Array(4).fill(2), ...Array(5).fill(3), 0, 0],
  )
})

test.run()
