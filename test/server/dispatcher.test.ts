import * as assert from 'uvu/assert'
import { Writer } from '../../src/base/bytes.ts'
import { handlers } from '../../src/handlers/index.ts'
import { compile } from '../../src/protocol/compile.ts'
import { FrameError } from '../../src/protocol/frames.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import type { Answer } from '../../src/server/dispatcher.ts'
import { encodeRequest, testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { subscription } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('dispatcher')

const connection = { nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal: anonymous }

function bytesOf(answer: Answer | Promise<Answer>): Buffer {
  if (!Array.isArray(answer)) throw new Error('not answered at once')
  return Buffer.concat(answer as readonly Buffer[])
}

function header(apiKey: number, version: number): Buffer {
  const writer = new Writer()
  writer.int16(apiKey)
  writer.int16(version)
  writer.int32(7)
  writer.int16(-1)
  return writer.concat()
}

test('every API that is listed is served in its lowest and its newest version', async ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  for (const { api } of handlers) {
    for (const version of api.versions) {
      const codecs = compile(api.request, version, version >= api.flexible)
      assert.type(codecs.decode, 'function', `${api.name} v${version}`)
    }
  }
  // Else clients need not know that they can push metrics.
  broker.cluster.clientMetrics.replace('s', new Map([['metrics', '*']]))
  const answer = await broker.request(apiVersions, 0, {})
  assert.equal(
    answer.apiKeys.map(({ apiKey }) => apiKey),
    handlers.map(({ api }) => api.key),
  )
})

test('handlers are listed once each, ascending by key', () => {
  const keys = handlers.map(({ api }) => api.key)
  assert.equal(
    keys,
    [...new Set(keys)].sort((a, b) => a - b),
  )
})

test('an API that is not served closes the connection', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  const serve = () => broker.dispatcher.serve(header(999, 0), connection)
  assert.throws(serve, (error: unknown) => error instanceof FrameError && /API 999 version 0/.test(error.message))
})

test('so does a version that is not served, above or below', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  for (const version of [-1, metadata.versions[1] + 1]) {
    const serve = () => broker.dispatcher.serve(header(metadata.key, version), connection)
    assert.throws(serve, (error: unknown) => error instanceof FrameError)
  }
})

test('an unknown version of ApiVersions is answered in version 0 with what is known', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  const answer = bytesOf(broker.dispatcher.serve(header(apiVersions.key, 99), connection))
  // Length, correlation id, error 35, one entry: key 18, versions 0 to 5.
  assert.is(answer.toString('hex'), '0000001000000007002300000001001200000005')
})

test('ApiVersions keeps the old response header in its flexible versions', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  const message = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  const answer = bytesOf(broker.dispatcher.serve(encodeRequest(apiVersions, 3, message, 'c'), connection))
  assert.is(answer.readInt32BE(4), 7, 'the correlation id')
  assert.is(answer.readInt16BE(8), 0, 'then at once the error code')
})

test('a flexible response of any other API has tags in its header', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  const answer = bytesOf(broker.dispatcher.serve(encodeRequest(metadata, 12, { topics: [] }, 'c'), connection))
  assert.is(answer.readInt8(8), 0, 'no tags')
  assert.is(answer.readInt32BE(9), 0, 'the throttle time')
})

test('what is kept of a request stays as it was when the next one is read', async ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  await onlyMember(broker, { groupId: 'g', topics: ['t'] })
  const { groups } = await broker.request(describeGroups, 5, { groups: ['g'] })
  assert.equal(
    groups[0]!.members.map(({ memberMetadata, memberAssignment }) => [memberMetadata, memberAssignment]),
    [[subscription(['t']), Buffer.from('share')]],
  )
})

test('a message cut short is nonsense, wherever it is cut', ({ after }) => {
  const broker = testBroker()
  after(() => broker.close())
  const request = encodeRequest(heartbeat, 4, { groupId: 'g', memberId: 'm' }, 'client')
  for (let length = 0; length < request.length; length++) {
    const serve = () => broker.dispatcher.serve(request.subarray(0, length), connection)
    assert.throws(serve, (error: unknown) => error instanceof FrameError, `cut at ${length}`)
  }
})

test.run()
