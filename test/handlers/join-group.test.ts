import * as assert from 'uvu/assert'
import {
  COORDINATOR_NOT_AVAILABLE,
  INCONSISTENT_GROUP_PROTOCOL,
  INVALID_GROUP_ID,
  INVALID_SESSION_TIMEOUT,
  MEMBER_ID_REQUIRED,
  NONE,
  NOT_COORDINATOR,
  UNKNOWN_MEMBER_ID,
} from '../../src/protocol/errors.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { testBroker } from '../support/broker.ts'
import { joining, onlyMember } from '../support/membership.ts'
import { subscription } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('JoinGroup')

test('every version lets a static or a dynamic member in and makes it the leader', async ({ after }) => {
  for (let version = 0; version <= 9; version++) {
    const broker = testBroker()
    after(broker.close)
    const groupInstanceId = version >= 5 ? 'i' : undefined
    const asked = joining({ groupId: 'g', topics: ['t'], ...(groupInstanceId && { groupInstanceId }) })
    const first = await broker.request(joinGroup, version, asked, { clientId: 'c' })
    const isRefused = version === 4
    assert.is(first.errorCode, isRefused ? MEMBER_ID_REQUIRED.code : NONE.code, `version ${version}`)
    const answer = isRefused
      ? await broker.request(joinGroup, version, { ...asked, memberId: first.memberId }, { clientId: 'c' })
      : first
    const { memberId } = answer
    assert.match(memberId, version >= 5 ? /^i-/ : /^c-/)
    assert.equal(answer, {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      generationId: 1,
      protocolType: version >= 7 ? 'consumer' : null,
      protocolName: 'range',
      leader: memberId,
      skipAssignment: false,
      memberId,
      members: [{ memberId, groupInstanceId: groupInstanceId ?? null, metadata: subscription(['t']) }],
    })
  }
})

test('a refusal names no protocol: with the empty string before version 7, with null from then on', async ({
  after,
}) => {
  const broker = testBroker()
  after(broker.close)
  for (const [version, protocolName] of [
    [6, ''],
    [7, null],
  ] as const) {
    const answer = await broker.request(joinGroup, version, { ...joining({ groupId: 'g' }), memberId: 'lost' })
    assert.equal(answer, {
      throttleTimeMs: 0,
      errorCode: UNKNOWN_MEMBER_ID.code,
      generationId: -1,
      protocolType: null,
      protocolName,
      leader: '',
      skipAssignment: false,
      memberId: 'lost',
      members: [],
    })
  }
})

test('version 0 has no rebalance timeout, so the session timeout stands for it', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const asked = { ...joining({ groupId: 'g' }), sessionTimeoutMs: 20_000 }
  await broker.request(joinGroup, 0, asked)
  const second = broker.request(joinGroup, 0, asked)
  broker.clock.advance(20_000)
  assert.is((await second).generationId, 2)
})

test('an answer waits until the generation is complete', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { memberId } = await onlyMember(broker, { groupId: 'g' })
  let isAnswered = false
  const second = broker.request(joinGroup, 3, joining({ groupId: 'g' })).then((answer) => {
    isAnswered = true
    return answer
  })
  await new Promise(setImmediate)
  assert.not.ok(isAnswered)
  const first = await broker.request(joinGroup, 3, { ...joining({ groupId: 'g' }), memberId })
  assert.is(first.members.length, 2)
  assert.equal((await second).members, [])
  assert.is((await second).leader, memberId)
})

test('what is wrong with a request is said in the order of Kafka', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const refusal = async (change: object, nodeId = 1) =>
    (await broker.request(joinGroup, 5, { ...joining({ groupId: 'b' }), ...change }, { nodeId })).errorCode
  assert.is(await refusal({ groupId: '', sessionTimeoutMs: 1 }), INVALID_GROUP_ID.code)
  assert.is(await refusal({}, 2), NOT_COORDINATOR.code)
  assert.is(await refusal({}, 3), NOT_COORDINATOR.code)
  assert.is(await refusal({ sessionTimeoutMs: 1, protocols: [] }), INVALID_SESSION_TIMEOUT.code)
  assert.is(await refusal({ protocols: [] }), INCONSISTENT_GROUP_PROTOCOL.code)
})

test('without consumer groups, and after closing, there is no coordinator', async ({ after }) => {
  const without = testBroker({ settings: { hasGroups: false } })
  after(without.close)
  const closed = testBroker()
  closed.close()
  for (const broker of [without, closed]) {
    const { errorCode, memberId } = await broker.request(joinGroup, 5, { ...joining({ groupId: '' }), memberId: 'm' })
    assert.is(errorCode, COORDINATOR_NOT_AVAILABLE.code)
    assert.is(memberId, 'm')
  }
})

test('whoever waits when the broker closes is answered', async () => {
  const broker = testBroker()
  await onlyMember(broker, { groupId: 'g' })
  const parked = broker.request(joinGroup, 3, joining({ groupId: 'g' }))
  broker.close()
  assert.is((await parked).errorCode, COORDINATOR_NOT_AVAILABLE.code)
})

test.run()
