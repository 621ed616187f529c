import * as assert from 'uvu/assert'
import { INVALID_UPDATE_VERSION, NONE } from '../../src/protocol/errors.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { updateFeatures } from '../../src/protocol/messages/update-features.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

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

test.run()
