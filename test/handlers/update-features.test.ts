import * as assert from 'uvu/assert'
import { INVALID_UPDATE_VERSION, NONE, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { consumerGroupDescribe } from '../../src/protocol/messages/consumer-group-describe.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { alterShareGroupOffsets } from '../../src/protocol/messages/alter-share-group-offsets.ts'
import { deleteShareGroupOffsets } from '../../src/protocol/messages/delete-share-group-offsets.ts'
import { describeShareGroupOffsets } from '../../src/protocol/messages/describe-share-group-offsets.ts'
import { shareAcknowledge } from '../../src/protocol/messages/share-acknowledge.ts'
import { shareFetch } from '../../src/protocol/messages/share-fetch.ts'
import { shareGroupDescribe } from '../../src/protocol/messages/share-group-describe.ts'
import { shareGroupHeartbeat } from '../../src/protocol/messages/share-group-heartbeat.ts'
import { streamsGroupDescribe } from '../../src/protocol/messages/streams-group-describe.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { updateFeatures } from '../../src/protocol/messages/update-features.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('UpdateFeatures')
const feature = 'transaction.version'

async function update(broker: TestBroker, version: number, more: { allowDowngrade?: boolean; upgradeType?: number }) {
  const one = { feature, maxVersionLevel: 1, allowDowngrade: false, upgradeType: 1, ...more }
  const { errorCode, results } = await broker.request(updateFeatures, version, { featureUpdates: [one] })
  return [errorCode, results.map((result) => result.feature)]
}

test('lowers a level if it is said that it may, and clients hear of it', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await update(broker, 2, {}), [INVALID_UPDATE_VERSION.code, []])
  assert.equal(await update(broker, 0, { allowDowngrade: true }), [NONE.code, [feature]])
  assert.equal(await update(broker, 1, { upgradeType: 2 }), [NONE.code, [feature]])
  assert.equal(await update(broker, 2, { upgradeType: 2 }), [NONE.code, []])
  const asked = { clientSoftwareName: 'a', clientSoftwareVersion: '1' }
  const { finalizedFeatures, finalizedFeaturesEpoch } = await broker.request(apiVersions, 4, asked)
  assert.is(finalizedFeatures.find(({ name }) => name === feature)!.maxVersionLevel, 1)
  assert.is(finalizedFeaturesEpoch, 4)
})

test('at level 0 nothing is served of consumer, share and streams groups, and at level 1 it is again', async ({
  after,
}) => {
  const broker = testBroker()
  after(broker.close)
  const set = async (maxVersionLevel: number, upgradeType: number) => {
    const levels = { maxVersionLevel, allowDowngrade: false, upgradeType }
    const featureUpdates = ['group.version', 'share.version', 'streams.version'].map((feature) => ({
      feature,
      ...levels,
    }))
    await broker.request(updateFeatures, 2, { featureUpdates })
  }
  const session = { groupId: 's', memberId: 'm', shareSessionEpoch: 0 }
  const topics = [{ topicName: 't', partitions: [0] }]
  const codes = async () => [
    (await broker.request(consumerGroupHeartbeat, 1, { groupId: 'g', memberId: 'm', memberEpoch: 0 })).errorCode,
    (await broker.request(consumerGroupDescribe, 1, { groupIds: ['g'] })).groups[0]!.errorCode,
    (await broker.request(streamsGroupHeartbeat, 1, { groupId: 'g', memberId: 'm', memberEpoch: 1 })).errorCode,
    (await broker.request(streamsGroupDescribe, 1, { groupIds: ['g'] })).groups[0]!.errorCode,
    (await broker.request(shareGroupHeartbeat, 1, { groupId: 's', memberId: 'm' })).errorCode,
    (await broker.request(shareGroupDescribe, 1, { groupIds: ['s'] })).groups[0]!.errorCode,
    (await broker.request(shareFetch, 2, session)).errorCode,
    (await broker.request(shareAcknowledge, 2, session)).errorCode,
    (await broker.request(describeShareGroupOffsets, 1, { groups: [{ groupId: 's', topics }] })).groups[0]!.errorCode,
    (await broker.request(alterShareGroupOffsets, 0, { groupId: 's', topics: [] })).errorCode,
    (await broker.request(deleteShareGroupOffsets, 0, { groupId: 's', topics: [] })).errorCode,
  ]
  await set(0, 2)
  assert.equal(new Set(await codes()), new Set([UNSUPPORTED_VERSION.code]))
  await set(1, 1)
  assert.not((await codes()).includes(UNSUPPORTED_VERSION.code))
})

test('without transaction.version producers of the second generation are refused, the first goes on', async () => {
  const broker = testBroker()
  const featureUpdates = [{ feature, maxVersionLevel: 0, allowDowngrade: false, upgradeType: 2 }]
  await broker.request(updateFeatures, 2, { featureUpdates })
  await transact(
    `
    0 s   a inits             P1 e0                 Empty
    0 s   a adds t-0          ok                    Ongoing
    0 s   a writes t-0        at 0                  Ongoing
    1 s   a commits           UNSUPPORTED_VERSION   Ongoing
    1 s   a commits v=4       ok                    CompleteCommit
    2 s   b inits             P2 e0                 Empty
    2 s   b writes t-0        UNSUPPORTED_VERSION   Empty
    2 s   b aborts            UNSUPPORTED_VERSION   Empty
  `,
    { broker },
  )
  broker.close()
})

test.run()
