/** What is kept of refused records. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { glimpseBytes, Refusals, refusalsKept } from '../../src/handlers/refusals.ts'
import { encodeBatch, type ProducedBatch, validate } from '../../src/protocol/records.ts'
import { suite } from '../support/suite.ts'

const test = suite('refusals')

const sender = { client: { id: 'shop', principal: null }, by: [] }
const refusal = (index: number) =>
  ({ index, plugin: 'p', reason: `no ${index}`, onReject: 'fail', isFailure: false }) as const

function batch(...values: readonly (string | null)[]): ProducedBatch {
  const records = values.map((value) => ({
    timestamp: 1,
    key: null,
    value: value === null ? null : Buffer.from(value),
  }))
  return validate(encodeBatch(records), { uncompressedBytesMax: 1e6 }) as ProducedBatch
}

test('each refused record is kept with its reason, and a copy of its beginning', () => {
  const refusals = new Refusals(new ManualClock(5))
  const sent = batch('a', 'x'.repeat(300), null)
  refusals.note('t', 3, sent, [refusal(1), refusal(2)], sender)
  sent.section.fill(0)
  const [first, second] = refusals.recent
  assert.equal(first, {
    id: 1,
    timeMs: 5,
    topic: 't',
    partition: 3,
    plugin: 'p',
    reason: 'no 1',
    onReject: 'fail',
    isFailure: false,
    clientId: 'shop',
    key: null,
    value: Buffer.from('x'.repeat(glimpseBytes)),
    keyBytes: -1,
    valueBytes: 300,
  })
  assert.equal([second!.id, second!.value, second!.valueBytes], [2, null, -1])
})

test('only the last are kept, and of one batch only a few; all are counted', () => {
  const refusals = new Refusals(new ManualClock())
  const many = batch(...Array.from({ length: 20 }, () => 'x'))
  const all = Array.from({ length: 20 }, (_, index) => refusal(index))
  for (let i = 0; i < 300; i++) refusals.note('t', 0, many, all, sender)
  assert.equal([refusals.total, refusals.recent.length, refusals.lastId], [6000, refusalsKept, 3000])
  assert.is(refusals.recent.at(-1)!.id, 3000)
  refusals.clear()
  assert.equal([refusals.recent, refusals.lastId], [[], 3000])
})

test('whoever watches is woken once a batch, until he no longer wants to be', () => {
  const refusals = new Refusals(new ManualClock())
  let woken = 0
  const stop = refusals.onChange(() => woken++)
  refusals.note('t', 0, batch('a', 'b'), [refusal(0), refusal(1)], sender)
  stop()
  refusals.note('t', 0, batch('a'), [refusal(0)], sender)
  assert.is(woken, 1)
})

test.run()
