import * as assert from 'uvu/assert'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { alterShareGroupOffsets } from '../../src/protocol/messages/alter-share-group-offsets.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import { shareGroupHeartbeat } from '../../src/protocol/messages/share-group-heartbeat.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { clientOf, produced } from '../support/client.ts'
import { terminal } from '../support/commands.ts'
import { start, until } from '../support/running.ts'
import { atOnce, joining, subtopology } from '../support/streams-requests.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('blink groups', 15)

async function opened(cleanup: Cleanup) {
  const { brokers } = await start(cleanup, { restPort: null, partitionCount: 2 })
  const client = clientOf(cleanup, brokers)
  await produced(client, 't', ['a', 'b', 'c'], 0)
  await produced(client, 't', ['d'], 1)
  return { ...terminal(cleanup, { brokers }), client }
}

test('what a group has read is shown, reset, forgotten and deleted', async (cleanup) => {
  const { blink, out } = await opened(cleanup)
  assert.equal((await blink('groups', 'list')).told, ['no groups'])
  await out('consume', 't', '-g', 'g', '-n', '4')
  assert.match(await out('groups', 'list'), /^group +state +type +protocol\ng +Empty +classic +consumer\n$/)
  const lag = await out('groups', 'lag', 'g')
  assert.match(lag, /^g {2}Empty, 0 behind\n/)
  assert.match(lag, /^t +0 +3 +3 +0 +–$/m)
  const dry = await blink('groups', 'reset', 'g', '--to', '-1', '--dry-run')
  assert.match(dry.out, /^t +0 +3 +2$/m)
  assert.match(dry.told[0]!, /nothing was set/)
  await out('groups', 'reset', 'g', '--to', 'earliest', '-t', 't:0')
  const rows = (await out('groups', 'lag', 'g', '--json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(
    rows.map(({ partition, committed_offset, lag }) => [partition, committed_offset, lag]),
    [
      [0, 0, 3],
      [1, 1, 0],
    ],
  )
  assert.is(await out('consume', 't', '-g', 'g', '-e', '-f', '%s'), 'abc')
  await out('groups', 'delete', 'g', '-t', 't:1')
  assert.not.match(await out('groups', 'lag', 'g'), /^t +1/m)
  assert.equal((await blink('groups', 'delete', 'g')).told, ['deleted g'])
  assert.equal((await blink('groups', 'list')).told, ['no groups'])
})

test('members are shown with what they read, and a group that has any is not reset', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  const interruption = new AbortController()
  const running = ask(['consume', 't', '-g', 'g', '--client-id', 'me'], { interrupted: interruption.signal })
  await until('it has committed', async () => /^t +0 +3 +3 +0/m.test((await blink('groups', 'lag', 'g')).out))
  assert.match(await out('groups', 'describe', 'g'), /^g {2}Stable, range, coordinated by 127\.0\.0\.1:\d+\n/)
  assert.match(await out('groups', 'describe', 'g'), /^me-\S+ +me +\S+ +t 0 1$/m)
  assert.match(await out('groups', 'lag', 'g'), /^t +0 +3 +3 +0 +me$/m)
  const reset = await blink('groups', 'reset', 'g', '--to', 'latest')
  assert.equal([reset.code, reset.told], [1, ['blink: group g has members, which would not notice: stop them first']])
  assert.match((await blink('groups', 'delete', 'g')).told[0]!, /^blink: group g: NON_EMPTY_GROUP/)
  interruption.abort()
  await running
})

test('a group of the new protocol is shown like any other', async (cleanup) => {
  const { client, out } = await opened(cleanup)
  const coordinator = await client.coordinator('g')
  const joining = { groupId: 'g', memberId: 'm', memberEpoch: 0, rebalanceTimeoutMs: 60_000, topicPartitions: [] }
  await coordinator.request(consumerGroupHeartbeat, { ...joining, subscribedTopicNames: ['t'] })
  assert.match(await out('groups', 'list'), /^g +Stable +consumer +consumer$/m)
  assert.match(await out('groups', 'describe', 'g'), /^g {2}Stable, uniform, coordinated by 127\.0\.0\.1:\d+\n/)
  assert.match(await out('groups', 'describe', 'g'), /^m +\S+ +\S+ +t 0 1$/m)
})

test('a streams group is shown with what its tasks read', async (cleanup) => {
  const { client, out } = await opened(cleanup)
  const coordinator = await client.coordinator('g')
  const configs = Object.entries(atOnce).map(([name, value]) => ({ name, configOperation: 0, value }))
  const resources = [{ resourceType: 32, resourceName: 'g', configs }]
  await coordinator.request(incrementalAlterConfigs, { resources, validateOnly: false })
  await coordinator.request(streamsGroupHeartbeat, joining('g', 'm', [subtopology('0', ['t'])]))
  assert.match(await out('groups', 'list'), /^g +Stable +streams +streams$/m)
  assert.match(await out('groups', 'describe', 'g'), /^g {2}Stable, sticky, coordinated by 127\.0\.0\.1:\d+\n/)
  assert.match(await out('groups', 'describe', 'g'), /^m +\S+ +\S+ +t 0 1$/m)
})

test('what is wrong is told in a line', async (cleanup) => {
  const { blink } = await opened(cleanup)
  assert.match((await blink('groups', 'describe', 'x')).told[0]!, /^blink: there is no group x; blink groups list/)
  assert.match((await blink('groups', 'reset', 'x', '--to', 'latest')).told[0]!, /has read nothing yet: name topics/)
  assert.match(
    (await blink('groups', 'reset', 'x', '--to', 'latest', '-t', 't:9')).told[0]!,
    /no partition 9; it has 0 to 1/,
  )
  assert.match((await blink('groups', 'reset', 'x')).told[0]!, /required option '--to/)
})

test('a share group is shown with where it begins, and what it has yet to come to an end with', async (cleanup) => {
  const { client, out } = await opened(cleanup)
  const coordinator = await client.coordinator('g')
  const partitions = [{ partitionIndex: 0, startOffset: 1 }]
  await coordinator.request(alterShareGroupOffsets, { groupId: 'g', topics: [{ topicName: 't', partitions }] })
  const joining = { groupId: 'g', memberId: 'm', memberEpoch: 0, rackId: null }
  await coordinator.request(shareGroupHeartbeat, { ...joining, subscribedTopicNames: ['t'] })
  assert.match(await out('groups', 'list'), /^g +Stable +share +share$/m)
  assert.match(await out('groups', 'describe', 'g'), /^g {2}Stable, simple, coordinated by 127\.0\.0\.1:\d+\n/)
  assert.match(await out('groups', 'describe', 'g'), /^m +\S+ +\S+ +t 0$/m)
  assert.match(await out('groups', 'lag', 'g'), /^t +0 +1 +3 +2 +/m)
})

test.run()
