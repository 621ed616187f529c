import * as assert from 'uvu/assert'
import {
  INVALID_RECORD_STATE,
  INVALID_REQUEST,
  INVALID_SHARE_SESSION_EPOCH,
  KAFKA_STORAGE_ERROR,
  NOT_LEADER_OR_FOLLOWER,
  SHARE_SESSION_LIMIT_REACHED,
  SHARE_SESSION_NOT_FOUND,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_ID,
} from '../../src/protocol/errors.ts'
import { shareFetch } from '../../src/protocol/messages/share-fetch.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { encodeRequest, nobody, type TestBroker, type TestBrokerOptions, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { gotten, Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('ShareFetch')

/** Records a to f of topic `a`, in two batches. */
async function brokerWithRecords(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const broker = testBroker(options)
  topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['a', 'b']))
  await produceTo(broker, 'a', batchOf(['c', 'd', 'e', 'f']))
  return broker
}

test('a member acquires records, says what became of them, and acquires more', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  assert.is(gotten(await member.fetch([], { maxRecords: 1 })), '0: 0-1(1) a,b')
  assert.is(gotten(await member.fetch(['0-1=12'])), '0: 1-1(2) 2-5(1) a,b,c,d,e,f')
  assert.is(gotten(await member.fetch(['1-5=1'])), '0:', 'a word on what it said, and no records')
  assert.is(gotten(await member.fetch(['1-5=1'])), '0:', 'it was before the start')
  assert.is(gotten(await member.fetch(['6-6=1'])), `0: said ${INVALID_RECORD_STATE.code}`)
  assert.is((await member.fetch()).acquisitionLockTimeoutMs, 30_000)
})

test('two members share a partition, and each record goes to one', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const [one, other] = [await new Sharer(broker, 'm').join(), await new Sharer(broker, 'n').join()]
  assert.is(gotten(await one.fetch([], { maxRecords: 2 })), '0: 0-1(1) a,b')
  assert.is(gotten(await other.fetch()), '0: 2-5(1) c,d,e,f')
  await one.acknowledge([], { shareSessionEpoch: -1 })
  assert.is(gotten(await other.fetch()), '0: 0-1(2) a,b', 'what the other gave back when it went')
})

test('a fetch waits for records, and for those that others give back', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const [one, other] = [await new Sharer(broker, 'm').join(), await new Sharer(broker, 'n').join()]
  await one.fetch()
  const waiting = other.fetch([], { maxWaitMs: 500 })
  await one.acknowledge(['2-2=2'])
  assert.is(gotten(await waiting), '0: 2-2(2) c,d,e,f')
  const longing = one.fetch([], { maxWaitMs: 500 })
  await produceTo(broker, 'a', batchOf(['g']))
  assert.is(gotten(await longing), '0: 6-6(1) g')
  const vain = one.fetch([], { maxWaitMs: 500 })
  broker.clock.advance(500)
  assert.is(gotten(await vain), '')
})

test('what a member holds goes back when its connection closes, or the lock runs out', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const other = await new Sharer(broker, 'n').join()
  await new Sharer(broker, 'm').join()
  const connection = { nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal: anonymous }
  const topics = [
    {
      topicId: broker.cluster.topics.get('a')!.id,
      partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }],
    },
  ]
  const asked = { groupId: 'g', memberId: 'm', maxRecords: 9, batchSize: 9, topics }
  broker.dispatcher.serve(encodeRequest(shareFetch, 2, asked, 'test'), connection)
  assert.is(gotten(await other.fetch()), '0:')
  broker.dispatcher.disconnected(connection)
  assert.is(gotten(await other.fetch()), '0: 0-5(2) a,b,c,d,e,f')
  broker.clock.advance(30_000)
  assert.is(gotten(await other.fetch()), '0: 0-5(3) a,b,c,d,e,f')
})

test('sessions begin, go on by their epochs, and end', async ({ after }) => {
  const broker = await brokerWithRecords({ settings: {} })
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  const at = async (shareSessionEpoch: number) => gotten(await member.fetch([], { shareSessionEpoch }))
  assert.is(await at(1), `error ${SHARE_SESSION_NOT_FOUND.code}`)
  assert.is(await at(-1), `error ${SHARE_SESSION_NOT_FOUND.code}`)
  assert.is(await at(0), '0: 0-5(1) a,b,c,d,e,f')
  assert.is(await at(3), `error ${INVALID_SHARE_SESSION_EPOCH.code}`)
  assert.is(await at(1), '')
  assert.is(await at(-1), '')
  assert.is(await at(0), '0: 0-5(2) a,b,c,d,e,f')
})

test('a session that is one too many is refused after the wait', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  broker.cluster.config.replace(new Map([['group.share.max.share.sessions', '1']]))
  await new Sharer(broker, 'm').fetch()
  const late = new Sharer(broker, 'n').fetch([], { maxWaitMs: 100 })
  broker.clock.advance(100)
  assert.is((await late).errorCode, SHARE_SESSION_LIMIT_REACHED.code)
})

test('what cannot be fetched', async ({ after }) => {
  const broker = await brokerWithRecords({ nodeCount: 2 })
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  const opened = async (more: object) => gotten(await member.fetch([], { shareSessionEpoch: 0, ...more }))
  const at = (topicId: string) => [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] }]
  assert.is(await opened({ topics: at('YWFhYWFhYWFhYWFhYWFhYQ') }), `0: error ${UNKNOWN_TOPIC_ID.code}`)
  const stranger = new Sharer(broker, 'm', 'a', 'strangers')
  assert.is(gotten(await stranger.fetch()), `0: error ${UNKNOWN_SERVER_ERROR.code}`, 'nobody has joined the group')
  assert.is(await opened({ groupId: null }), `error ${INVALID_REQUEST.code}`)
  assert.is(await opened({ memberId: '' }), `error ${INVALID_REQUEST.code}`)
  assert.is(await opened({ isRenewAck: true }), `error ${INVALID_REQUEST.code}`)
  const leader = broker.cluster.topics.get('a')!.replicas?.[0]?.leader ?? 1
  const elsewhere = await broker.request(
    shareFetch,
    2,
    { groupId: 'g', memberId: 'o', maxRecords: 1, topics: at(broker.cluster.topics.get('a')!.id) },
    { nodeId: 3 - leader },
  )
  assert.is(gotten(elsewhere), `0: error ${NOT_LEADER_OR_FOLLOWER.code}`)
  assert.equal(elsewhere.responses[0]!.partitions[0]!.currentLeader, { leaderId: leader, leaderEpoch: 0 })
  assert.is(elsewhere.nodeEndpoints.length, 1)
})

test('locks are renewed without fetching', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  await member.fetch()
  broker.clock.advance(20_000)
  const nothing = { maxBytes: 0, minBytes: 0, maxRecords: 0, isRenewAck: true }
  assert.is(gotten(await member.fetch(['0-5=4'], nothing)), '0:')
  broker.clock.advance(20_000)
  assert.is(gotten(await member.fetch(['0-5=1'])), '0:', 'they are still its own')
})

test('records that a plugin cannot be shown go back', async ({ after }) => {
  const refusals = [{ index: 0, plugin: 'p', reason: 'broken' }]
  const view = () => Promise.resolve({ refusals, dropped: [], replacements: new Map() })
  // biome-ignore lint/suspicious/noExplicitAny: a verdict as far as the outlet looks.
  const judge = { ...nobody, wantsFetch: () => true, view: view as any }
  const broker = await brokerWithRecords({ judge })
  after(broker.close)
  const member = await new Sharer(broker, 'm').join()
  assert.is(gotten(await member.fetch()), `0: error ${KAFKA_STORAGE_ERROR.code}`)
  const { shares, topics } = broker.cluster
  const sharePartition = shares.partitions.get({ groupId: 'g', topicId: topics.get('a')!.id, partition: 0 })!
  assert.equal(
    [...sharePartition.inFlight()].map(([{ state }]) => state),
    ['available'],
  )
})

test.run()
