import * as assert from 'uvu/assert'
import { COORDINATOR_NOT_AVAILABLE, INVALID_REQUEST, NONE } from '../../src/protocol/errors.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('FindCoordinator')
const group = 0
const transaction = 1
const share = 2

test('versions 0 to 3 find one coordinator', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  for (let version = 0; version <= 3; version++) {
    assert.equal(await broker.request(findCoordinator, version, { key: 'b' }), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      errorMessage: version >= 1 ? 'NONE' : '',
      nodeId: 1,
      host: '127.0.0.1',
      port: 9092,
      coordinators: [],
    })
  }
})

test('from version 4 on many are found at once', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  for (let version = 4; version <= 6; version++) {
    const { coordinators } = await broker.request(findCoordinator, version, {
      keyType: group,
      coordinatorKeys: ['b', 'hello', 'a', ''],
    })
    const found = coordinators.map(({ key, nodeId, port }) => `${key} ${nodeId} ${port}`)
    assert.equal(found, ['b 1 9092', 'hello 2 9093', 'a 3 9094', ' 1 9092'])
    assert.is(coordinators[0]?.errorMessage, '')
  }
})

test('while a coordinator is down the next broker stands in, and nobody else moves', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const keys = ['b', 'hello', 'a']
  const found = async () => {
    const { coordinators } = await broker.request(findCoordinator, 4, { coordinatorKeys: keys }, { nodeId: 1 })
    return coordinators.map(({ nodeId }) => nodeId)
  }
  assert.equal(await found(), [1, 2, 3])
  broker.stop(2)
  assert.equal(await found(), [1, 3, 3])
  broker.stop(3)
  assert.equal(await found(), [1, 1, 1])
  broker.start(2)
  broker.start(3)
  assert.equal(await found(), [1, 2, 3])
})

test('before version 6 share partitions have no coordinator, and versions 1 to 3 say so', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const [version, isWorded] of [
    [1, true],
    [3, true],
    [4, false],
    [5, false],
  ] as const) {
    const asked = { keyType: share, key: 'g', coordinatorKeys: ['g'] }
    const answer = await broker.request(findCoordinator, version, asked)
    const { errorCode, errorMessage } = answer.coordinators[0] ?? answer
    assert.is(errorCode, INVALID_REQUEST.code)
    assert.is(errorMessage !== '', isWorded, `version ${version}`)
  }
})

test('any broker gives the same answer', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const nodes = [1, 2, 3].map(
    async (nodeId) => (await broker.request(findCoordinator, 3, { key: 'a' }, { nodeId })).nodeId,
  )
  assert.equal(await Promise.all(nodes), [3, 3, 3])
})

test('a transactional id has a coordinator as well, and nothing else', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const asked = (keyType: number) => ({ keyType, coordinatorKeys: ['k'] })
  const transactional = await broker.request(findCoordinator, 6, asked(transaction))
  assert.is(transactional.coordinators[0]?.errorCode, NONE.code)
  for (const keyType of [share, 9]) {
    const { coordinators } = await broker.request(findCoordinator, 6, asked(keyType))
    const { errorCode, nodeId, host, port } = coordinators[0]!
    assert.equal({ errorCode, nodeId, host, port }, { errorCode: INVALID_REQUEST.code, nodeId: -1, host: '', port: -1 })
  }
})

test('a share partition has a coordinator, from version 6 on, if its key is one', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const found = async (version: number, key: string) => {
    const { coordinators } = await broker.request(findCoordinator, version, { keyType: share, coordinatorKeys: [key] })
    return coordinators[0]!.errorCode
  }
  const topicId = 'YWFhYWFhYWFhYWFhYWFhYQ'
  assert.is(await found(6, `my:group:${topicId}:0`), NONE.code)
  assert.is(await found(5, `my:group:${topicId}:0`), INVALID_REQUEST.code)
  for (const key of ['', 'g', `:${topicId}:0`, `g:${topicId}`, `g:${topicId}:x`, 'g:t:0']) {
    assert.is(await found(6, key), INVALID_REQUEST.code, key)
  }
})

test('without consumer groups a group has no coordinator', async ({ after }) => {
  const broker = testBroker({ settings: { hasGroups: false } })
  after(broker.close)
  const old = await broker.request(findCoordinator, 3, { key: 'g' })
  assert.is(old.errorCode, COORDINATOR_NOT_AVAILABLE.code)
  assert.is(old.nodeId, -1)
  const { coordinators } = await broker.request(findCoordinator, 4, { coordinatorKeys: ['g'] })
  assert.is(coordinators[0]?.errorCode, COORDINATOR_NOT_AVAILABLE.code)
})

test.run()
