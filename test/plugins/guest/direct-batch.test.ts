/** Both ways of showing a plugin of 0.2 its records, held to each other. */
import * as assert from 'uvu/assert'
import { BatchDetails } from '../../../src/plugins/crossing/batch-details.ts'
import type { Batch } from '../../../src/plugins/crossing/batch-memory.ts'
import { makeGuest } from '../../../src/plugins/guest/guest.ts'
import type { ComponentCode } from '../../../src/plugins/guest/instance.ts'
import { noReply, type Reply, type ReplySender } from '../../../src/plugins/crossing/replies.ts'
import { encodeBatch, type NewRecord, readBatch, recordsSection } from '../../../src/protocol/records.ts'
import { batchModule, chaosOfBatches, component02, noopByHand } from '../../support/components-0-2.ts'
import { rejection } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'
import { codeOf, placedAlone, shownBatch, surroundings } from '../../support/threads.ts'

const test = suite('records written into the memory of a plugin', 20)

/** A guest in the test's own thread. */
async function guestOf(path: string, changes: Partial<ComponentCode> = {}) {
  const details = BatchDetails.allIn(BatchDetails.memory())
  let reply: Reply = noReply
  const replies = {
    send: (sent: Reply) => {
      reply = sent
    },
  } as unknown as ReplySender
  const guest = await makeGuest(await codeOf(path, changes), surroundings({ details, replies }))
  guest.init()
  const judge = (batch: Batch) => {
    const { buffer, shape, verdicts } = placedAlone(batch)
    details[0]!.set(batch)
    guest.judge(buffer, shape)
    guest.flush()
    return {
      verdicts: [...verdicts],
      reasons: [...reply.reasons],
      replacements: [...reply.replacements],
      throttle: reply.throttleMs,
    }
  }
  return { guest, judge }
}

function batchWith(records: readonly NewRecord[], changes: Partial<Batch> = {}): Batch {
  const batch = readBatch(encodeBatch(records, { baseOffset: 2 ** 40 }))
  const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount } = batch
  const header = { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount }
  return shownBatch([], { ...header, section: recordsSection(batch), ...changes })
}

const record = (value: string | null, changes: Partial<NewRecord> = {}): NewRecord => ({
  timestamp: 1_700_000_000_000,
  key: null,
  value: value === null ? null : Buffer.from(value),
  ...changes,
})
const headers = [
  { key: 'a', value: Buffer.from('1') },
  { key: '', value: null },
  { key: 'long', value: Buffer.alloc(300, 'z') },
]

test('both ways show and say the same', async () => {
  const direct = await guestOf(await chaosOfBatches())
  const bound = await guestOf(await chaosOfBatches(), { isBindingOnly: true })
  assert.equal([direct.guest.isDirect, bound.guest.isDirect], [true, false])
  const batches = [
    batchWith([record('s'), record('x'), record(null), record(''), record('d'), record('nno'), record('t70')]),
    batchWith([record('s', { key: Buffer.from('k'), headers }), record('rnew', { headers }), record('b')]),
    batchWith([record('s', { timestamp: -1 }), record('s', { timestamp: 2 ** 41 })]),
    batchWith([record('s'), record('rz', { key: Buffer.alloc(0) })], { way: 'fetched' }),
    batchWith([record('s', { key: Buffer.alloc(5000, 'k') })], { client: { id: 'me', principal: 'User:me' } }),
  ]
  for (const batch of batches) assert.equal(direct.judge(batch), bound.judge(batch))
  const empty = shownBatch([], { recordCount: 0, section: Buffer.alloc(0) })
  assert.equal(direct.judge(empty).verdicts, [])
})

test('nothing is left in the memory of the plugin', async () => {
  const { guest, judge } = await guestOf(await chaosOfBatches())
  const batch = batchWith(Array(50).fill(record('rnew', { key: Buffer.from('key'), headers })))
  for (let count = 0; count < 50; count++) judge(batch)
  const before = guest.memoryBytes()
  for (let count = 0; count < 300; count++) judge(batch)
  assert.is(guest.memoryBytes(), before)
})

test('memory that grows while records are written is written to where it then is', async () => {
  const { guest, judge } = await guestOf(await noopByHand())
  const before = guest.memoryBytes()
  assert.equal(judge(batchWith(Array(12).fill(record('y'.repeat(80_000))))).verdicts, Array(12).fill(1))
  assert.ok(guest.memoryBytes() > before + 500_000)
})

/** A component that answers as these instructions say; `$count` records were shown. */
const answering = async (onRecords: string) => guestOf(await component02(batchModule({ onRecords })))
/** Ends `on-records` with a list at this address, of so many verdicts. */
const answer = (list: string, count = '(local.get $count)') =>
  `(i32.store (i32.const 32) ${list}) (i32.store (i32.const 36) ${count}) (return (i32.const 32))`
const tagged = (tag: number) => `(i32.store8 (i32.const 1024) (i32.const ${tag}))`

test('answers that are none end the plugin', async () => {
  const table: [instructions: string, message: RegExp][] = [
    [answer('(i32.const 65536)', '(i32.const 2)'), /^on-records answered 2 verdicts for 1 records$/],
    ['(return (i32.const -8))', /^it answered an address outside its memory$/],
    [answer('(i32.const -64)'), /^it answered an address outside its memory$/],
    [`${tagged(9)} ${answer('(i32.const 1024)')}`, /^it answered the verdict 9, which is none$/],
    [`${tagged(1)} (i32.store (i32.const 1032) (i32.const -1)) ${answer('(i32.const 1024)')}`, /outside its memory$/],
    [
      `${tagged(3)} (i32.store8 (i32.const 1032) (i32.const 2)) ${answer('(i32.const 1024)')}`,
      /^it answered an option/,
    ],
  ]
  for (const [instructions, message] of table) {
    const { judge } = await answering(instructions)
    const error = await rejection((async () => judge(batchWith([record('x')])))())
    assert.match(error.message, message)
  }
})

test('pointing to the same bytes again and again does not take memory without end', async () => {
  // Each verdict replaces by a record whose value is all of the first 128 KiB.
  const fill = `
    (local.set $topic (i32.const 0))
    (loop $each
      (i32.store8 (i32.add (i32.const 65536) (local.get $topic)) (i32.const 3))
      (i32.store8 (i32.add (i32.const 65556) (local.get $topic)) (i32.const 1))
      (i32.store (i32.add (i32.const 65564) (local.get $topic)) (i32.const 131072))
      (local.set $topic (i32.add (local.get $topic) (i32.const 64)))
      (br_if $each (i32.lt_u (local.get $topic) (i32.mul (local.get $count) (i32.const 64)))))
    ${answer('(i32.const 65536)')}`
  const path = await component02(batchModule({ onRecords: fill }))
  for (const [isBindingOnly, message] of [
    [false, /^it answered more than 67108864 bytes in one call$/],
    [true, /^it handed over more than 67108864 bytes in one call$/],
  ] as const) {
    const { judge } = await guestOf(path, { isBindingOnly })
    const few = judge(batchWith(Array(10).fill(record('x'))))
    assert.is(few.verdicts[9], 7)
    const error = await rejection((async () => judge(batchWith(Array(1000).fill(record('x')))))())
    assert.match(error.message, message)
  }
})

test('an allocator that lies is found out', async () => {
  const lying = batchModule().replace('(local.get $at))\n', '(i32.const -8))\n')
  const error = await rejection(guestOf(await component02(lying)))
  assert.match(error.message, /outside|out of bounds|other parameters/)
})

test.run()
