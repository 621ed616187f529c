/** A broker that passes for an older release (as_version). */
import * as assert from 'uvu/assert'
import { Reader } from '../../src/base/bytes.ts'
import { compile } from '../../src/protocol/compile.ts'
import { UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { FrameError } from '../../src/protocol/frames.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import type { Api, Fields } from '../../src/protocol/schema.ts'
import { encodeRequest, testBroker } from '../support/broker.ts'
import { handlers } from '../../src/handlers/index.ts'
import { suite } from '../support/suite.ts'

const test = suite('as an older release')

const connection = { nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal: anonymous }
const client = { clientSoftwareName: 'old', clientSoftwareVersion: '2.8.2' }

test('its versions and features are announced, and no others', async ({ after }) => {
  const broker = testBroker({ settings: { asVersion: '2.8' } })
  after(broker.close)
  const { apiKeys, supportedFeatures, finalizedFeatures } = await broker.request(apiVersions, 3, client)
  const rangeOf = (key: number) => apiKeys.find(({ apiKey }) => apiKey === key)
  assert.equal(rangeOf(metadata.key), { apiKey: metadata.key, minVersion: 0, maxVersion: 11 })
  assert.is(rangeOf(consumerGroupHeartbeat.key), undefined)
  assert.equal([supportedFeatures, finalizedFeatures], [[], []])
})

test('what it does not serve closes the connection', ({ after }) => {
  const broker = testBroker({ settings: { asVersion: '2.8' } })
  after(broker.close)
  for (const api of [metadata, consumerGroupHeartbeat]) {
    const frame = encodeRequest(api as Api, api.versions[1], {}, 'old')
    assert.throws(
      () => broker.dispatcher.serve(frame, connection),
      (error: unknown) => error instanceof FrameError && /is not served/.test(error.message),
    )
  }
})

test('a newer version of ApiVersions is answered in version 0 with those that are known', ({ after }) => {
  const broker = testBroker({ settings: { asVersion: '2.8' } })
  after(broker.close)
  const frame = Buffer.alloc(8)
  frame.writeInt16BE(apiVersions.key, 0)
  frame.writeInt16BE(4, 2)
  const answer = broker.dispatcher.serve(frame, connection)
  if (!Array.isArray(answer)) throw new Error('was not answered')
  const { errorCode, apiKeys } = compile(apiVersions.response, 0, false).decode(
    new Reader(Buffer.concat(answer).subarray(8)),
  )
  assert.is(errorCode, UNSUPPORTED_VERSION.code)
  assert.equal(apiKeys, [{ apiKey: apiVersions.key, minVersion: 0, maxVersion: 3 }])
})

/** Fields of several APIs: with acks=0, and with what is no type of resource, there would be no answer. */
const answerable = { acks: 1, resourceTypeFilter: 1, operation: 1, permissionType: 1 }

for (const { api } of handlers.filter(({ api: { oldest } }) => oldest !== undefined)) {
  test(`${api.name} is answered in the versions that ended with 4.0`, async ({ after }) => {
    const broker = testBroker({ settings: { asVersion: '3.9' } })
    after(broker.close)
    for (let version = api.oldest!; version < api.versions[0]; version++) {
      assert.ok(await broker.request<Fields, Fields>(api, version, answerable))
    }
  })
}

test.run()
