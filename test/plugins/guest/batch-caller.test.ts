/** What jco's binding is given and what it answers; with components in instance-0-2.test.ts. */
import * as assert from 'uvu/assert'
import {
  Answers,
  bindingBatchCall,
  type BoundBatch,
  type BoundVerdict,
  reasonCharactersMax,
} from '../../../src/plugins/guest/batch-caller.ts'
import { ShownRecords } from '../../../src/plugins/guest/shown-records.ts'
import { RecordCursor } from '../../../src/protocol/records.ts'
import { suite } from '../../support/suite.ts'
import { shownBatch } from '../../support/threads.ts'

const test = suite('calls with batches')
const head = { topic: 't', partition: 1, clientId: undefined, principal: undefined }

function shownOf(values: readonly (string | null)[], isStored = false): ShownRecords {
  const batch = shownBatch(
    values.map((value) => ({ value })),
    { baseOffset: 7 },
  )
  const shown = new ShownRecords()
  shown.bytes = new Uint8Array(batch.section)
  shown.isStored = isStored
  shown.take(new RecordCursor(Buffer.from(shown.bytes), batch), new Uint8Array(values.length), 0)
  return shown
}

test('records are as jco knows them', () => {
  const given: BoundBatch[] = []
  const call = bindingBatchCall('on-records', (batch) => {
    given.push(batch)
    return batch.records.map(() => ({ tag: 'accept' }))
  })
  call(head, shownOf(['a', null]))
  call(head, shownOf(['', 'b'], true))
  assert.equal([given[0]!.topic, given[0]!.partition], ['t', 1])
  const timestamp = 1_700_000_000_000n
  const [a, b, none] = [Uint8Array.of(97), Uint8Array.of(98), new Uint8Array()]
  assert.equal(
    given.flatMap(({ records }) => records),
    [
      { key: undefined, value: a, headers: [], timestamp, offset: undefined },
      { key: undefined, value: undefined, headers: [], timestamp, offset: undefined },
      { key: undefined, value: none, headers: [], timestamp, offset: 7n },
      { key: undefined, value: b, headers: [], timestamp, offset: 8n },
    ],
  )
})

test('answers are checked: how many there are, and what they are', () => {
  const answering = (verdicts: readonly unknown[]) => () =>
    bindingBatchCall('on-fetch', () => verdicts as readonly BoundVerdict[])(head, shownOf(['a']))
  assert.throws(answering([]), 'on-fetch answered 0 verdicts for 1 records')
  assert.throws(answering([{ tag: 'pass' }, { tag: 'pass' }]), 'on-fetch answered 2 verdicts for 1 records')
  assert.throws(answering([{ tag: 'maybe' }]), 'it answered the verdict maybe, which is none')
})

test('a reason is cut, the longest throttle counts', () => {
  const answers = new Answers(3)
  answers.add(0, 10, { tag: 'reject', val: 'x'.repeat(5000) })
  answers.add(1, 11, { tag: 'throttle', val: 70 })
  answers.add(2, 12, { tag: 'throttle', val: 50 })
  assert.is(answers.reasons.get(10)!.length, reasonCharactersMax)
  assert.is(answers.throttleMs, 70)
  assert.equal([...answers.codes], [2, 8, 8])
})

test.run()
