/** Groups over HTTP, against a broker in memory. */
import * as assert from 'uvu/assert'
import { Writer } from '../../src/base/bytes.ts'
import { alterShareGroupOffsets } from '../../src/protocol/messages/alter-share-group-offsets.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { createTopic, joining } from '../support/membership.ts'
import { beating, joining as streamsJoining, subtopology } from '../support/streams-requests.ts'
import { suite } from '../support/suite.ts'

const test = suite('groups over HTTP')

/** How long the first of a streams group waits for more members. */
const streamsDelayMs = 3_000

/** As consumers write it. */
function share(topic: string, partitions: readonly number[]): Buffer {
  const writer = new Writer()
  writer.int16(0)
  writer.int32(1)
  writer.int16(topic.length)
  writer.string(topic, topic.length)
  writer.int32(partitions.length)
  for (const partition of partitions) writer.int32(partition)
  writer.int32(-1)
  return writer.concat()
}

/** A topic of two partitions with five records each. */
async function withRecords() {
  const http = testHttp()
  await createTopic(http, 't', 2)
  for (let i = 0; i < 10; i++) {
    await http.post('/topics/t/records', { value: i, partition: i % 2, timestamp: startMs + i })
  }
  return http
}

/** And a member of group g that reads both, and has committed 2 of the first. */
async function withMember() {
  const http = await withRecords()
  await http.send('PUT', '/groups/g/offsets', { offsets: [{ topic: 't', partition: 0, offset: 2 }] })
  const { memberId, generationId } = await http.request(joinGroup, 3, joining({ groupId: 'g', topics: ['t'] }))
  const assignments = [{ memberId, assignment: share('t', [0, 1]) }]
  await http.request(syncGroup, 3, { groupId: 'g', memberId, generationId, assignments })
  const leave = () =>
    http.request(leaveGroup, 3, { groupId: 'g', members: [{ memberId, groupInstanceId: null, reason: null }] })
  return { ...http, memberId, leave }
}

test('a group is shown with its members, their shares and its lag', async () => {
  const { get, memberId } = await withMember()
  const { status, json } = await get('/groups/g')
  assert.is(status, 200)
  const offsets = [
    { topic: 't', partition: 0, committed_offset: 2, metadata: '', log_end_offset: 5, lag: 3, member_id: memberId },
    {
      topic: 't',
      partition: 1,
      committed_offset: null,
      metadata: null,
      log_end_offset: 5,
      lag: null,
      member_id: memberId,
    },
  ]
  const member = { id: memberId, instance_id: null, client_id: 'test', client_host: '/127.0.0.1', is_leader: true }
  const summary = { group: 'g', state: 'Stable', type: 'classic', protocol_type: 'consumer', protocol: 'range', lag: 3 }
  assert.equal(json, {
    ...summary,
    generation: 1,
    coordinator: 1,
    members: [{ ...member, assignment: [{ topic: 't', partitions: [0, 1] }] }],
    offsets,
  })
  assert.equal((await get('/groups')).json, { groups: [{ ...summary, members: 1 }] })
  assert.equal((await get('/groups/g/offsets')).json, { group: 'g', offsets })
})

test('a group of the new protocol is shown like any other', async () => {
  const { get, send, request } = await withRecords()
  const joining = { groupId: 'g', memberId: 'm', memberEpoch: 0, rebalanceTimeoutMs: 60_000, topicPartitions: [] }
  await request(consumerGroupHeartbeat, 1, { ...joining, subscribedTopicNames: ['t'] })
  const { json } = await get('/groups/g')
  assert.equal([json.state, json.type, json.protocol_type, json.generation], ['Stable', 'consumer', 'consumer', 2])
  const member = { id: 'm', instance_id: null, client_id: 'test', client_host: '/127.0.0.1', is_leader: false }
  assert.equal(json.members, [{ ...member, assignment: [{ topic: 't', partitions: [0, 1] }] }])
  assert.equal(
    json.offsets.map(({ partition, member_id }: { partition: number; member_id: string }) => [partition, member_id]),
    [
      [0, 'm'],
      [1, 'm'],
    ],
  )
  const reset = await send('PUT', '/groups/g/offsets', { to: 'earliest', topics: [{ topic: 't' }] })
  assert.is(reset.status, 409)
})

const resets: readonly [body: object, to: readonly (readonly [partition: number, offset: number])[]][] = [
  [{ to: 'earliest' }, [[0, 0]]],
  [
    { to: 'latest', topics: [{ topic: 't' }] },
    [
      [0, 5],
      [1, 5],
    ],
  ],
  [{ to: { offset: 4 }, topics: [{ topic: 't', partitions: [1] }] }, [[1, 4]]],
  [{ to: { offset: 99 } }, [[0, 5]]],
  [
    { to: { timestamp: startMs + 4 }, topics: [{ topic: 't' }] },
    [
      [0, 2],
      [1, 2],
    ],
  ],
  [{ to: { timestamp: startMs + 99 } }, [[0, 5]]],
  [{ to: { shift: 1 } }, [[0, 3]]],
  [{ to: { shift: -9 } }, [[0, 0]]],
  [{ offsets: [{ topic: 't', partition: 1, offset: 3 }] }, [[1, 3]]],
]

for (const [body, to] of resets) {
  test(`${JSON.stringify(body)} sets ${JSON.stringify(to)}`, async () => {
    const { send, get, cluster } = await withRecords()
    await send('PUT', '/groups/g/offsets', { offsets: [{ topic: 't', partition: 0, offset: 2 }] })
    const trial = await send('PUT', '/groups/g/offsets', { ...body, dry_run: true })
    assert.is(cluster.groups.offsets('g')!.get('t', 0)!.offset, 2)
    const { status, json } = await send('PUT', '/groups/g/offsets', body)
    assert.is(status, 200)
    assert.equal(json, trial.json)
    assert.equal(
      json.offsets.map(({ partition, to }: { partition: number; to: number }) => [partition, to]),
      to,
    )
    assert.is(json.offsets[0].from, to[0]![0] === 0 ? 2 : null)
    const { offsets } = (await get('/groups/g/offsets')).json
    for (const [partition, offset] of to) {
      const shown = offsets.find((one: { partition: number }) => one.partition === partition)
      assert.equal([shown.committed_offset, shown.lag], [offset, 5 - offset])
    }
  })
}

test('while a member is there, nothing is reset or deleted; afterwards it is', async () => {
  const { send, leave, get } = await withMember()
  for (const [method, path, body] of [
    ['PUT', '/groups/g/offsets', { to: 'earliest' }],
    ['DELETE', '/groups/g', undefined],
  ] as const) {
    const { status, json } = await send(method, path, body)
    assert.equal([status, json.error.code], [409, 'NON_EMPTY_GROUP'])
    assert.match(json.error.message, /^group "g" has .*members?.*; stop its members first/)
  }
  const read = await send('DELETE', '/groups/g/offsets', { topics: [{ topic: 't' }] })
  assert.equal([read.status, read.json.error.code], [409, 'GROUP_SUBSCRIBED_TO_TOPIC'])
  await leave()
  assert.is((await send('PUT', '/groups/g/offsets', { to: 'earliest' })).status, 200)
  const forgotten = await send('DELETE', '/groups/g/offsets', { topics: [{ topic: 't', partitions: [0] }] })
  assert.equal(forgotten.json, { group: 'g', deleted: [{ topic: 't', partition: 0 }] })
  assert.equal((await send('DELETE', '/groups/g')).json, { deleted: 'g' })
  assert.is((await get('/groups/g')).status, 404)
})

const wrong: readonly [method: string, path: string, body: unknown, status: number, message: RegExp][] = [
  ['GET', '/groups/x', undefined, 404, /^group "x" does not exist; GET \/groups lists those that there are$/],
  ['GET', '/groups/x/offsets', undefined, 404, /^group "x" does not exist/],
  ['DELETE', '/groups/x', undefined, 404, /^group "x" does not exist/],
  ['DELETE', '/groups/x/offsets', { topics: [{ topic: 't' }] }, 404, /^group "x" does not exist/],
  ['DELETE', '/groups/g/offsets', {}, 400, /^topics is missing; use a list of \{ "topic": … \}$/],
  ['PUT', '/groups/g/offsets', {}, 400, /^to is missing; use "earliest", /],
  ['PUT', '/groups/g/offsets', { to: 'start' }, 400, /^to is "start"; use earliest or latest$/],
  ['PUT', '/groups/g/offsets', { to: {} }, 400, /^to is \{\}; use "earliest", /],
  ['PUT', '/groups/g/offsets', { to: { offset: 1, shift: 1 } }, 400, /^to is \{"offset":1,"shift":1\}; /],
  ['PUT', '/groups/g/offsets', { to: { offset: -1 } }, 400, /^to\.offset is -1; use a whole number/],
  ['PUT', '/groups/g/offsets', { to: 'latest', topics: [{ topic: 'u' }] }, 404, /^topic "u" does not exist; /],
  ['PUT', '/groups/g/offsets', { to: 'latest', topics: [{ topic: 't', partitions: [2] }] }, 404, /no partition 2/],
  ['PUT', '/groups/x/offsets', { to: 'latest' }, 400, /^topics is missing, and nothing is committed; /],
  ['PUT', '/groups/g/offsets', { to: 'latest', offsets: [] }, 400, /^offsets is given beside to or topics; /],
]

for (const [method, path, body, status, message] of wrong) {
  test(`${method} ${path} with ${JSON.stringify(body)} is refused, and changes nothing`, async () => {
    const { send, get } = await withRecords()
    await send('PUT', '/groups/g/offsets', { offsets: [{ topic: 't', partition: 0, offset: 2 }] })
    const before = (await get('/groups/g')).text
    const reply = await send(method, path, body)
    assert.is(reply.status, status, reply.text)
    assert.match(reply.json.error.message, message)
    assert.is((await get('/groups/g')).text, before)
    assert.is((await get('/groups')).json.groups.length, 1)
  })
}

test('a share group is shown with where it begins, which is not set as offsets are', async () => {
  const { get, send, request } = await withRecords()
  const partitions = [{ partitionIndex: 0, startOffset: 1 }]
  await request(alterShareGroupOffsets, 0, { groupId: 'g', topics: [{ topicName: 't', partitions }] })
  const { json } = await get('/groups/g')
  assert.equal([json.state, json.type, json.protocol, json.members], ['Empty', 'share', 'simple', []])
  const [offset] = json.offsets
  assert.equal([offset.committed_offset, offset.lag], [1, offset.log_end_offset - 1])
  assert.is((await send('PUT', '/groups/g/offsets', { to: 'earliest', topics: [{ topic: 't' }] })).status, 404)
  assert.is((await send('DELETE', '/groups/g')).status, 200)
})

test('a streams group is shown with what its tasks read, and its offsets are set while it has no members', async () => {
  const { get, send, request, clock } = await withRecords()
  await request(streamsGroupHeartbeat, 1, streamsJoining('g', 'm', [subtopology('0', ['t'])]))
  clock.advance(streamsDelayMs)
  await request(streamsGroupHeartbeat, 1, beating('g', 'm', 1))
  const { json } = await get('/groups/g')
  assert.equal([json.state, json.type, json.protocol], ['Stable', 'streams', 'sticky'])
  assert.equal(json.members[0].assignment, [{ topic: 't', partitions: [0, 1] }])
  const reset = () => send('PUT', '/groups/g/offsets', { to: 'earliest', topics: [{ topic: 't' }] })
  assert.is((await reset()).status, 409)
  await request(streamsGroupHeartbeat, 1, beating('g', 'm', -1))
  assert.is((await reset()).status, 200)
})

test.run()
