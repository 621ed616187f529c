/** Faults as clients meet them: on sockets, and through a whole client that has to live with them. */
import * as assert from 'uvu/assert'
import { createBroker, type FaultSpec, type RunningBroker } from '../../src/index.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { kafkajs, producing } from '../support/kafkajs.ts'
import { until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { wire } from '../support/wire.ts'

const test = suite('faults', 10)

async function broker({ after }: Cleanup, faults: readonly FaultSpec[] = [], ports = 1): Promise<RunningBroker> {
  const made = await createBroker({ restPort: null, brokerPorts: Array.from({ length: ports }, () => 0) })
  after(() => made.close())
  for (const fault of faults) made.faults.add(fault)
  return made
}

test('a connection is closed before its request is answered', async (cleanup) => {
  const made = await broker(cleanup, [{ api: 'ApiVersions', disconnect: 'before', times: 1 }])
  const first = await wire(cleanup, made.bootstrap)
  first.send(apiVersions, 2, {})
  await until('it is closed', first.isClosed)
  const second = await wire(cleanup, made.bootstrap)
  second.send(apiVersions, 2, {})
  assert.is((await second.answer(apiVersions, 2)).errorCode, 0)
})

test('a connection that falls silent stays open, and answers nothing that follows', async (cleanup) => {
  const made = await broker(cleanup, [{ api: 'ApiVersions', silence: 'before', times: 1 }])
  const one = await wire(cleanup, made.bootstrap)
  one.send(apiVersions, 2, {})
  one.send(metadata, 12, { topics: [] })
  const other = await wire(cleanup, made.bootstrap)
  other.send(apiVersions, 2, {})
  await other.answer(apiVersions, 2)
  assert.is(one.socket.bytesRead, 0)
  assert.is(one.isClosed(), false)
  const begin = performance.now()
  await made.close()
  assert.ok(performance.now() - begin < 1000, 'nor does it hold up the end')
})

test('part of an answer comes, then the end', async (cleanup) => {
  const made = await broker(cleanup, [{ api: 'ApiVersions', truncate: 5 }])
  const one = await wire(cleanup, made.bootstrap)
  one.send(apiVersions, 2, {})
  await until('it is closed', one.isClosed)
  assert.is(one.socket.bytesRead, 5)
})

test('new connections are cut, those that are there stay', async (cleanup) => {
  const made = await broker(cleanup)
  const before = await wire(cleanup, made.bootstrap)
  before.send(apiVersions, 2, {})
  await before.answer(apiVersions, 2)
  made.faults.add({ refuse: true, times: 1 })
  const refused = await wire(cleanup, made.bootstrap)
  await until('it is cut', refused.isClosed)
  before.send(apiVersions, 2, {})
  await before.answer(apiVersions, 2)
  const after = await wire(cleanup, made.bootstrap)
  after.send(apiVersions, 2, {})
  await after.answer(apiVersions, 2)
  assert.is(made.faults.list()[0]!.hits, 1)
})

test('a broker that is down is gone: port, metadata, leaders; and comes back', async (cleanup) => {
  const made = await broker(cleanup, [], 2)
  const [first, second] = made.bootstrap.split(',') as [string, string]
  const admin = kafkajs([first]).admin()
  await admin.connect()
  cleanup.after(() => admin.disconnect())
  await admin.createTopics({
    topics: [
      { topic: 'twice', replicaAssignment: [{ partition: 0, replicas: [2, 1] }] },
      { topic: 'once', replicaAssignment: [{ partition: 0, replicas: [2] }] },
    ],
  })
  const seen = async () => {
    const one = await wire(cleanup, first)
    one.send(metadata, 12, { topics: null })
    const { brokers, topics } = await one.answer(metadata, 12)
    const leaders = topics.map(({ name, partitions: [only] }) => [
      name,
      only!.leaderId,
      only!.errorCode,
      only!.offlineReplicas,
    ])
    return { brokers: brokers.map(({ nodeId }) => nodeId), leaders }
  }
  const connected = await wire(cleanup, second)
  made.faults.add({ name: 'outage', down: true, broker: 2 })
  await until('its connections are cut', connected.isClosed)
  assert.equal(await seen(), {
    brokers: [1],
    leaders: [
      ['twice', 1, 0, [2]],
      ['once', -1, 5, [2]],
    ],
  })
  const refused = await wire(cleanup, second)
  assert.ok(refused.isClosed())

  made.faults.remove('outage')
  await until('its port is open again', async () => !(await wire(cleanup, second)).isClosed())
  assert.equal((await seen()).leaders, [
    ['twice', 1, 0, []],
    ['once', 2, 0, []],
  ])
})

test('a client that tries again gets through, and each attempt is listed', async (cleanup) => {
  const made = await broker(cleanup)
  const producer = await producing(cleanup, kafkajs([made.bootstrap]), { retry: { initialRetryTime: 1, retries: 5 } })
  await producer.send({ topic: 'orders', messages: [{ value: 'first' }] })
  made.faults.add({ api: 'Produce', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', times: 2 })
  const [stored] = await producer.send({ topic: 'orders', messages: [{ value: 'second' }] })
  assert.is(stored!.baseOffset, '1')
  const [fault] = made.faults.list()
  assert.equal([fault!.state, fault!.hits], ['spent', 2])
  assert.equal(
    fault!.lastHits.map(({ api, spot }) => [api, spot?.topic]),
    [
      ['Produce', 'orders'],
      ['Produce', 'orders'],
    ],
  )
})

test('a fault that makes no sense is refused by name', async (cleanup) => {
  const made = await broker(cleanup)
  assert.throws(
    () => made.faults.add({ api: 'Produced', error: 6 }),
    /faults\.add: api is Produced; did you mean Produce\?/,
  )
  made.faults.add({ name: 'slow', delay: 1 })
  assert.throws(() => made.faults.add({ name: 'slow', delay: 1 }), /there is a fault 'slow' already/)
})

test.run()
