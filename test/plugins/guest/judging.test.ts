/** The loop over a batch, with a plugin that is a function. */
import * as assert from 'uvu/assert'
import { Crossing, verdict } from '../../../src/plugins/crossing/crossing.ts'
import type { RecordInstance } from '../../../src/plugins/guest/instance-0-1.ts'
import { Judge, type Policies } from '../../../src/plugins/guest/judging.ts'
import type { TestRecord } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'
import { placedAlone, shownBatch } from '../../support/threads.ts'

const test = suite('judging a batch')
const { accepted, refused, notUtf8, passedOver } = verdict
const lenient: Policies = { nonUtf8: 'lossy', tombstones: 'pass' }

type OnRecord = (key: string | null, value: string, index: number) => boolean

function play(records: readonly TestRecord[], onRecord: OnRecord, policies = lenient, passed: readonly number[] = []) {
  const placed = placedAlone(shownBatch(records), passed)
  const crossing = new Crossing()
  let bytes: Uint8Array = new Uint8Array()
  let tasks = 0
  const instance: RecordInstance = {
    isDirect: true,
    init: () => undefined,
    memoryBytes: () => 0,
    flush: () => {},
    caller: {
      prepare(batchBytes) {
        bytes = batchBytes
      },
      within(run) {
        tasks++
        run()
      },
      call(keyAt, keyLength, valueAt, valueLength) {
        const text = (at: number, length: number) =>
          Buffer.from(bytes.subarray(at, at + Math.max(0, length))).toString()
        return onRecord(keyLength < 0 ? null : text(keyAt, keyLength), text(valueAt, valueLength), crossing.index)
      },
    },
  }
  new Judge(instance, policies, crossing).judge(placed.buffer, placed.shape)
  return { verdicts: [...placed.verdicts], notAccepted: crossing.notAccepted(0), tasks }
}

test('each record is shown once, in order, with its index said before', () => {
  const seen: unknown[] = []
  const records = [{ key: 'k', value: 'a' }, { value: 'b' }, { key: '', value: null }]
  const { verdicts, notAccepted } = play(records, (...record) => seen.push(record) !== 2)
  assert.equal(seen, [
    ['k', 'a', 0],
    [null, 'b', 1],
    ['', '', 2],
  ])
  assert.equal([verdicts, notAccepted], [[accepted, refused, accepted], 1])
})

test('what another plugin refused is passed over, and does not count', () => {
  const seen: string[] = []
  const { verdicts, notAccepted } = play(['a', 'b', 'c'], (_, value) => seen.push(value) > 0, lenient, [0, 2])
  assert.equal([seen, verdicts, notAccepted], [['b'], [passedOver, accepted, passedOver], 0])
})

test('what the settings keep from it is not shown', () => {
  const bytes = Buffer.from([0xff])
  const records = [{ value: null }, { value: bytes }, { key: bytes, value: 'a' }, 'b']
  const strict: Policies = { nonUtf8: 'reject', tombstones: 'skip' }
  const never: OnRecord = (_, value) => value === 'b'
  assert.equal(play(records, never, strict).verdicts, [accepted, notUtf8, notUtf8, accepted])
  assert.equal(play(records, never, { ...strict, nonUtf8: 'skip' }).verdicts, Array(4).fill(accepted))
})

test('no task of jco is held open for more than some hundreds of calls', () => {
  assert.equal(
    [1, 256, 257, 1000].map((count) => play(Array(count).fill('x'), () => true).tasks),
    [1, 1, 2, 4],
  )
})

test.run()
