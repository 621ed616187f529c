/** What Blink says of itself as JSON. */
import * as assert from 'uvu/assert'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http state')

test('/health answers 200 once everything serves', async () => {
  const { status, json } = await testHttp().get('/health')
  assert.is(status, 200)
  assert.equal(json, { status: 'ok' })
})

test('/health answers 503 with what is waited for', async () => {
  const health = { ready: false, waitingFor: ['plugin guard', 'port 9092'] }
  const { status, json } = await testHttp({ health }).get('/health')
  assert.is(status, 503)
  assert.equal(json.error, {
    code: 'not_ready',
    message: 'waiting for plugin guard, port 9092',
    waiting_for: ['plugin guard', 'port 9092'],
  })
})

test('/version tells versions and where brokers are', async () => {
  const { json, cluster } = await (async () => {
    const http = testHttp({ nodeCount: 2 })
    return { ...(await http.get('/version')), cluster: http.cluster }
  })()
  assert.is(json.version, '1.2.3')
  assert.is(json.node, process.version)
  assert.is(json.cluster_id, cluster.id)
  assert.equal(json.brokers, [
    { id: 1, port: 9092 },
    { id: 2, port: 9093 },
  ])
})

test('/dump tells topics, partitions, offsets and sizes', async () => {
  const { get, post, cluster } = testHttp({ settings: { partitionCount: 2 } })
  await post('/produce', {
    topic: 't',
    records: [
      { value: 'a', partition: 1 },
      { value: 'b', partition: 1 },
    ],
  })
  const topic = cluster.topics.get('t')!
  topic.partitions[1]!.deleteRecordsBefore(1)
  const { json } = await get('/dump')
  assert.equal(json, {
    topics: [
      {
        name: 't',
        id: topic.id,
        is_internal: false,
        partitions: [
          { partition: 0, start_offset: 0, high_watermark: 0, leader_epoch: 0, bytes: 0 },
          { partition: 1, start_offset: 1, high_watermark: 2, leader_epoch: 0, bytes: topic.partitions[1]!.byteLength },
        ],
      },
    ],
    groups: [],
  })
})

test('/dump tells groups and what they have committed', async () => {
  const { get, post, request } = testHttp()
  await post('/produce', { topic: 't', value: 'a' })
  const partitions = [
    { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: 'm', commitTimestamp: -1 },
  ]
  const topics = [{ name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions }]
  await request(offsetCommit, 8, { groupId: 'g', generationIdOrMemberEpoch: -1, topics })
  const { json } = await get('/dump')
  assert.equal(json.groups, [
    {
      group: 'g',
      state: 'Empty',
      type: 'classic',
      generation: 0,
      protocol_type: null,
      protocol: null,
      members: [],
      offsets: [{ topic: 't', partition: 0, offset: 1, metadata: 'm' }],
    },
  ])
})

test('/allocated tells stored bytes beside the memory of the process', async () => {
  const { get, post, cluster } = testHttp()
  await post('/produce', { topic: 't', value: 'a' })
  const { json } = await get('/allocated')
  assert.is(json.stored_bytes, cluster.memory.storedBytes)
  assert.ok(json.stored_bytes > 0)
  assert.is(json.max_memory, 1024 ** 3)
  for (const part of ['rss', 'heap_total', 'heap_used', 'external', 'array_buffers']) assert.ok(json.process[part] > 0)
})

test.run()
