import * as assert from 'uvu/assert'
import { anonymous, insider, type Principal } from '../../src/protocol/principal.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { Connection } from '../../src/handlers/handler.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { decodeAnswer, encodeRequest, type Sparse, testBroker } from '../support/broker.ts'
import { batchOf, produceRequest, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('charged requests')

function limited(key: string, limit: number) {
  const broker = testBroker()
  topicOf(broker, 't')
  broker.cluster.quotas.set(new Map([['user', 'ANONYMOUS']]), new Map([[key, limit]]))
  const connect = (principal: Principal = anonymous): Connection => ({
    ...{ nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal },
  })
  const serve = async <Q extends Api['request']>(api: Api<Q>, message: Sparse<Q>, connection: Connection) => {
    const version = api.versions[0]
    const frame = encodeRequest(api, version, message, 'test')
    const answer = await broker.dispatcher.serve(frame, connection)
    return { bytes: frame.length, answer, told: (key: string) => decodeAnswer(api as Api, version, answer)[key] }
  }
  return { broker, connect, serve }
}

const sent = (acks: number) => produceRequest('t', batchOf(['x'.repeat(500)]), { acks })

test('a producer beyond its quota is answered, told for how long to be still, and muted', async ({ after }) => {
  const { broker, connect, serve } = limited('producer_byte_rate', 10)
  after(broker.close)
  const connection = connect()
  const { bytes, told } = await serve(produce, sent(-1), connection)
  const throttleMs = Math.round(((bytes / 10 - 10) / 10) * 10_000)
  assert.is(told('throttleTimeMs'), throttleMs)
  assert.is(connection.muteMs, throttleMs)
  assert.is(broker.cluster.topics.get('t')!.partitions[0]!.highWatermark, 1)
})

test('so is one that wants no answer', async ({ after }) => {
  const { broker, connect, serve } = limited('producer_byte_rate', 10)
  after(broker.close)
  const connection = connect()
  assert.is((await serve(produce, sent(0), connection)).answer, null)
  assert.ok(connection.muteMs! > 0)
})

test('other requests do not count as produced bytes, but their time counts', async ({ after }) => {
  const { broker, connect, serve } = limited('producer_byte_rate', 1)
  after(broker.close)
  const connection = connect()
  await serve(heartbeat, { groupId: 'g', memberId: 'm' }, connection)
  assert.is(connection.muteMs, undefined)
  broker.cluster.quotas.set(new Map([['user', 'ANONYMOUS']]), new Map([['request_percentage', 1e-9]]))
  await serve(heartbeat, { groupId: 'g', memberId: 'm' }, connection)
  assert.is(connection.muteMs, 1_000)
})

test('whoever asks from within is not held to quotas', async ({ after }) => {
  const { broker, connect, serve } = limited('producer_byte_rate', 1)
  after(broker.close)
  const connection = connect(insider)
  await serve(produce, sent(-1), connection)
  assert.is(connection.muteMs, undefined)
})

test.run()
