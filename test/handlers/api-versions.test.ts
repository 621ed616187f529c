import * as assert from 'uvu/assert'
import { Reader } from '../../src/base/bytes.ts'
import { handlers } from '../../src/handlers/index.ts'
import { compile } from '../../src/protocol/compile.ts'
import { INVALID_REQUEST, NONE, REBOOTSTRAP_REQUIRED, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { type Asking, type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('ApiVersions')
const newest = 5
const client = { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.4.0' }

test('names every API there is, with the versions that are served', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  broker.cluster.clientMetrics.replace('s', new Map([['metrics', '*']])) // Else clients need not know of telemetry.
  for (let version = 0; version <= newest; version++) {
    const { errorCode, apiKeys } = await broker.request(apiVersions, version, client)
    assert.is(errorCode, NONE.code)
    assert.equal(
      apiKeys.map(({ apiKey }) => apiKey),
      handlers.map(({ api }) => api.key),
    )
    const metadata = apiKeys.find(({ apiKey }) => apiKey === 3)
    assert.equal(metadata, { apiKey: 3, minVersion: 0, maxVersion: 13 })
  }
})

test('Produce is said to begin at version 0, so that librdkafka compresses', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { apiKeys } = await broker.request(apiVersions, 0, {})
  assert.equal(apiKeys[0], { apiKey: 0, minVersion: 0, maxVersion: 13 })
})

test('InitProducerId ends at version 5, the last that is stable', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { apiKeys } = await broker.request(apiVersions, 0, {})
  assert.equal(
    apiKeys.find(({ apiKey }) => apiKey === 22),
    { apiKey: 22, minVersion: 0, maxVersion: 5 },
  )
})

test('an unknown version of ApiVersions is answered in version 0 with the versions that are known', ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const version of [6, 99, -1]) {
    const answer = broker.dispatcher.serve(unknownVersion(version), connection)
    if (!Array.isArray(answer)) throw new Error('was not answered')
    const reader = new Reader(Buffer.concat(answer))
    reader.skip(4)
    assert.is(reader.int32(), 7, 'the correlation id')
    const { errorCode, apiKeys } = compile(apiVersions.response, 0, false).decode(reader)
    assert.is(errorCode, UNSUPPORTED_VERSION.code)
    assert.equal(apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: newest }])
    assert.is(reader.left, 0)
  }
})

const connection = { nodeId: 1, localAddress: '', remoteAddress: '', principal: anonymous }

/** A request of a version that only its sender can read: beyond the head nothing is known. */
function unknownVersion(version: number): Buffer {
  const frame = Buffer.alloc(8)
  frame.writeInt16BE(apiVersions.key, 0)
  frame.writeInt16BE(version, 2)
  frame.writeInt32BE(7, 4)
  return frame
}

test('from version 3 on a client has to give itself a name that can be printed', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const name of ['', 'a b', '-a', 'a-', 'ä']) {
    const refused = await broker.request(apiVersions, 3, { ...client, clientSoftwareName: name })
    assert.equal([refused.errorCode, refused.apiKeys], [INVALID_REQUEST.code, []])
  }
  const nameless = await broker.request(apiVersions, 4, { ...client, clientSoftwareVersion: '' })
  assert.is(nameless.errorCode, INVALID_REQUEST.code)
  assert.is((await broker.request(apiVersions, 2, {})).errorCode, NONE.code)
})

test('a client that looks for another cluster or another broker has to begin anew', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const clusterId = broker.cluster.id
  const second = { nodeId: 2 }
  assert.is(await lookingFor(broker, { clusterId, nodeId: 1 }), NONE.code)
  assert.is(await lookingFor(broker, { clusterId, nodeId: 2 }, second), NONE.code)
  assert.is(await lookingFor(broker, { clusterId: null, nodeId: -1 }), NONE.code)
  assert.is(await lookingFor(broker, { clusterId, nodeId: 1 }, second), REBOOTSTRAP_REQUIRED.code)
  assert.is(await lookingFor(broker, { clusterId, nodeId: 3 }), REBOOTSTRAP_REQUIRED.code)
  assert.is(await lookingFor(broker, { clusterId: 'another', nodeId: 1 }), REBOOTSTRAP_REQUIRED.code)
  assert.is(await lookingFor(broker, { clusterId, nodeId: -1 }), INVALID_REQUEST.code)
  assert.is(await lookingFor(broker, { clusterId: null, nodeId: 1 }), INVALID_REQUEST.code)
})

async function lookingFor(broker: TestBroker, whom: { clusterId: string | null; nodeId: number }, from?: Asking) {
  return (await broker.request(apiVersions, newest, { ...client, ...whom }, from)).errorCode
}

test.run()
