import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  array,
  bool,
  bytes,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uuid,
  type Value,
} from '../../src/protocol/schema.ts'
import { suite } from '../support/suite.ts'

const test = suite('schema')

test('a field lives in every version and is never null, unless it says otherwise', () => {
  const { since, until, nullableSince, tag } = string.presence
  assert.equal([since, until, nullableSince, tag], [0, Infinity, Infinity, null])
})

test('each word changes one thing and leaves the type it was said of alone', () => {
  const changed = string.since(2).until(7).nullable(3).tag(1)
  assert.equal(changed.presence, { since: 2, until: 7, nullableSince: 3, tag: 1, absent: null, isGone: false })
  assert.is(string.presence.since, 0)
  const { until, isGone } = string.gone(1).presence
  assert.equal([until, isGone], [1, true])
})

test('what is absent is zero, false or empty; null where null is allowed; or what is said', () => {
  assert.equal([int32.presence.absent, bool.presence.absent, string.presence.absent], [0, false, ''])
  assert.equal([uuid.presence.absent, records.presence.absent, array(int32).presence.absent], [ZERO_UUID, [], []])
  assert.is(string.nullable().presence.absent, null)
  assert.is(string.nullable().absent('').presence.absent, '')
  assert.is(int32.since(1).absent(-1).presence.absent, -1)
})

test('an absent struct has each of its fields absent', () => {
  const leader = struct({ leaderId: int32.absent(-1), inner: struct({ epoch: int16.absent(-2) }) })
  assert.equal(leader.presence.absent, { leaderId: -1, inner: { epoch: -2 } })
  assert.is(leader.nullable().presence.absent, null)
})

test('the type of a message follows from its description', () => {
  const fields = {
    groupId: string.nullable(),
    topics: array({ id: uuid, partitions: array(int32) }).nullable(),
    leader: struct({ epoch: int64 }).since(2),
    metadata: bytes,
  }
  const value: Value<typeof fields> = { groupId: null, topics: null, leader: { epoch: 1 }, metadata: Buffer.of() }
  value.groupId = 'a value may be put together step by step'
  value.topics = [{ id: ZERO_UUID, partitions: [1] }]
  // @ts-expect-error: a string is no number
  value.leader.epoch = 'one'
  // @ts-expect-error: a field that is not nullable is not null
  value.metadata = null
  // @ts-expect-error: a message has every field
  const incomplete: Value<typeof fields> = { groupId: null, topics: null, leader: { epoch: 1 } }
  assert.ok(incomplete)
})

test.run()
