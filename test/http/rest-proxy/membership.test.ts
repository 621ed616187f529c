/** Consumer instances share a group with each other and with Kafka's own clients, spoken to by their requests. */
import * as assert from 'uvu/assert'
import {
  decodeAssignment,
  encodeAssignment,
  encodeSubscription,
  newSubscription,
  placesOf,
} from '../../../src/protocol/consumer-protocol.ts'
import { joinGroup } from '../../../src/protocol/messages/join-group.ts'
import { syncGroup } from '../../../src/protocol/messages/sync-group.ts'
import { topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy, v2 } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('consumer instances as members')

const type = { 'content-type': v2 }

async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** An instance that has been read from once, in vain. */
async function instance(proxy: RestProxy, name: string, topics: readonly string[] = ['t']): Promise<void> {
  const { ask, clock } = proxy
  await ask('POST', '/consumers/g', { name, 'auto.offset.reset': 'earliest' }, type)
  await ask('POST', `/consumers/g/instances/${name}/subscription`, { topics }, type)
  const read = ask('GET', `/consumers/g/instances/${name}/records`)
  await settled()
  clock.advance(500)
  await settled()
  clock.advance(500)
  await read
}

async function assigned({ ask }: RestProxy, name: string): Promise<string> {
  const { json } = await ask('GET', `/consumers/g/instances/${name}/assignments`)
  return json.partitions.map((one: { topic: string; partition: number }) => `${one.topic}${one.partition}`).join(' ')
}

test('two instances share the partitions, and the one that is left gets all', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't', { partitions: 3 })
  await instance(proxy, 'a')
  assert.is(await assigned(proxy, 'a'), 't0 t1 t2')
  await instance(proxy, 'b')
  const shares = [await assigned(proxy, 'a'), await assigned(proxy, 'b')].sort()
  assert.equal(shares, ['t0 t1', 't2'])
  await proxy.ask('DELETE', '/consumers/g/instances/a')
  proxy.clock.advance(500)
  await settled()
  assert.is(await assigned(proxy, 'b'), 't0 t1 t2')
})

test('an instance stays a member without being read from', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't')
  await instance(proxy, 'a')
  for (let seconds = 0; seconds < 120; seconds += 10) proxy.clock.advance(10_000)
  assert.is(proxy.cluster.groups.get('g')!.memberCount, 1)
})

test('more partitions, and a topic that was not there, are shared out', async () => {
  const proxy = restProxy()
  const topic = topicOf(proxy, 't')
  await instance(proxy, 'a', ['t', 'later'])
  assert.is(await assigned(proxy, 'a'), 't0')
  proxy.cluster.topics.grow(topic, 2)
  topicOf(proxy, 'later')
  proxy.clock.advance(500)
  await settled()
  assert.is(await assigned(proxy, 'a'), 'later0 t0 t1')
})

test('an instance takes what another leader gives it', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't', { partitions: 2 })
  const joining = {
    groupId: 'g',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: encodeSubscription(newSubscription(['t'])) }],
  }
  const first = await proxy.request(joinGroup, 3, joining)
  const { memberId } = first
  await proxy.request(syncGroup, 3, { groupId: 'g', memberId, generationId: 1, assignments: [] })

  const { ask } = proxy
  await ask('POST', '/consumers/g', { name: 'a' }, type)
  await ask('POST', '/consumers/g/instances/a/subscription', { topics: ['t'] }, type)
  const read = ask('GET', '/consumers/g/instances/a/records')
  await settled()
  const again = await proxy.request(joinGroup, 3, { ...joining, memberId })
  assert.is(again.leader, memberId)
  const other = again.members.find((member) => member.memberId !== memberId)!
  const assignment = encodeAssignment([{ topic: 't', partition: 1 }])
  const assignments = [{ memberId: other.memberId, assignment }]
  await proxy.request(syncGroup, 3, { groupId: 'g', memberId, generationId: again.generationId, assignments })
  await settled()
  assert.is(await assigned(proxy, 'a'), 't1')
  assert.equal(placesOf(decodeAssignment(assignment).topics), [{ topic: 't', partition: 1 }])
  proxy.clock.advance(1_000)
  await read
})

test('a group of another kind says why the instance cannot be in it, and may be tried again', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't')
  await proxy.request(joinGroup, 3, {
    groupId: 'g',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'connect',
    protocols: [{ name: 'default', metadata: Buffer.alloc(0) }],
  })
  const { ask } = proxy
  await ask('POST', '/consumers/g', { name: 'a' }, type)
  await ask('POST', '/consumers/g/instances/a/subscription', { topics: ['t'] }, type)
  for (let attempt = 0; attempt < 2; attempt++) {
    const { status, json } = await ask('GET', '/consumers/g/instances/a/records')
    assert.is(status, 500)
    assert.equal(json, { error_code: 50002, message: 'INCONSISTENT_GROUP_PROTOCOL' })
  }
})

test('without consumer groups an instance cannot subscribe, and says so', async () => {
  const proxy = restProxy({ settings: { hasGroups: false } })
  topicOf(proxy, 't')
  const { ask } = proxy
  await ask('POST', '/consumers/g', { name: 'a' }, type)
  await ask('POST', '/consumers/g/instances/a/subscription', { topics: ['t'] }, type)
  const { json } = await ask('GET', '/consumers/g/instances/a/records')
  assert.equal(json, { error_code: 50003, message: 'COORDINATOR_NOT_AVAILABLE' })
})

test.run()
