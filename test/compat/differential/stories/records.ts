/** Records: produced, fetched, found by time and by epoch. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { fetch } from '../../../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../../../src/protocol/messages/list-offsets.ts'
import { offsetForLeaderEpoch } from '../../../../src/protocol/messages/offset-for-leader-epoch.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import { type BatchOptions, encodeBatch } from '../../../../src/protocol/records.ts'
import { type Story, story, type Telling } from '../telling.ts'
import { produced } from './produced.ts'

const unknownId = 'AAAAAAAAAAAAAAAAAAAAAg'
const lastByName = 12
/** Not long ago, so that Kafka does not delete it as too old. */
const recentMs = Math.floor(Date.now() / 1000) * 1000 - 60_000

function batch(values: readonly (string | null)[], options?: BatchOptions): Buffer {
  return encodeBatch(
    values.map((value, index) => ({
      timestamp: recentMs + index,
      key: Buffer.from(`k${index}`),
      value: value === null ? null : Buffer.from(value),
    })),
    options,
  )
}

/** Ids of no topic are those of no topic: the field is not sent where names are. */
function named(version: number, name: string, topicId: string) {
  return version > lastByName ? { name: '', topicId } : { name, topicId: ZERO_UUID }
}

async function topicFor(told: Telling, configs: Readonly<Record<string, string>> = {}) {
  const name = told.name('t')
  const ids = await told.topic(name, { configs })
  return { name, ids }
}

async function producing(told: Telling, records: Buffer | null, configs?: Readonly<Record<string, string>>) {
  const { name, ids } = await topicFor(told, configs)
  const asked = (side: 0 | 1) => ({
    transactionalId: null,
    acks: -1,
    timeoutMs: 1_000,
    topicData: [{ ...named(told.version, name, ids[side]), partitionData: [{ index: 0, records }] }],
  })
  return { name, ids, asked }
}

const write = story(produce, 'produce', async (told) => {
  const { version } = told
  const fresh = async () => (await producing(told, batch(['a', 'b']))).asked
  await told.askWithMutants(produce, fresh, { except: ['timeoutMs', 'acks'] })
  for (const acks of [-2, 2, 0]) {
    const asked = await fresh()
    await told.ask(`acks=${acks}`, produce, version, (side) => ({ ...asked(side), acks }), { waitMs: 300 })
  }
  for (const [title, records, configs] of strangeBatches()) {
    const { name, ids, asked } = await producing(told, records, configs)
    await told.ask(title, produce, version, asked)
    await told.ask(`${title}, read back`, fetch, 13, (side) => fetching(13, name, ids[side], 0))
  }
})

type Batch = readonly [title: string, records: Buffer | null, configs?: Readonly<Record<string, string>>]

function strangeBatches(): readonly Batch[] {
  const good = batch(['a', 'b'])
  const changed = (at: number, change: (old: number) => number) => {
    const copy = Buffer.from(good)
    copy[at] = change(copy[at]!)
    return copy
  }
  return [
    ['a wrong checksum', changed(good.length - 1, (old) => old ^ 1)],
    ['magic 1', changed(16, () => 1)],
    ['magic 3', changed(16, () => 3)],
    ['cut short', good.subarray(0, good.length - 3)],
    ['only a length', good.subarray(0, 12)],
    ['two batches', Buffer.concat([good, good])],
    ['something after the batch', Buffer.concat([good, Buffer.from([1, 2, 3])])],
    ['a control batch', batch(['a'], { isControl: true })],
    [
      'transactional without a transaction',
      batch(['a'], { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
    ],
    [
      'an unknown producer begins in the middle',
      batch(['a'], { producerId: 987_654, producerEpoch: 0, baseSequence: 5 }),
    ],
    ['a producer without a sequence', batch(['a'], { producerId: 987_654, producerEpoch: 0, baseSequence: -1 })],
    ['a base offset', batch(['a'], { baseOffset: 17 })],
    ['a tombstone', batch([null])],
    ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map(
      (compression): Batch => [compression, batch(['a', 'b'], { compression })],
    ),
    ['too large', batch(['x'.repeat(2_000)]), { 'max.message.bytes': '1000' }],
    [
      'too old',
      encodeBatch([{ timestamp: 1000, key: null, value: null }]),
      { 'message.timestamp.before.max.ms': '1000' },
    ],
    ['too new', encodeBatch([{ timestamp: recentMs + 10 * 86_400_000, key: null, value: null }])],
    ['without a time', encodeBatch([{ timestamp: -1, key: null, value: null }])],
    [
      'no key for a compacted topic',
      encodeBatch([{ timestamp: recentMs, key: null, value: null }]),
      { 'cleanup.policy': 'compact' },
    ],
    ['recompressed by the topic', batch(['a', 'b']), { 'compression.type': 'lz4' }],
  ]
}

function fetching(version: number, name: string, topicId: string, fetchOffset: number, more = {}) {
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: 1 << 20,
    replicaDirectoryId: ZERO_UUID,
    highWatermark: 0,
  }
  const { name: topic, topicId: id } = named(version, name, topicId)
  return {
    maxWaitMs: 10,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [{ topic, topicId: id, partitions: [partition] }],
    ...more,
  }
}

const read = story(fetch, 'fetch', async (told) => {
  const { version } = told
  const { name, ids } = await topicFor(told)
  await produced(told, name, batch(['a', 'b', 'c']))
  await produced(told, name, batch(['d']))
  // Outside of a session nothing can be forgotten.
  const forgotten = (side: 0 | 1) => (version < 7 ? [] : [{ topic: name, topicId: ids[side], partitions: [0] }])
  const asked = () => (side: 0 | 1) => ({
    ...fetching(version, name, ids[side], 0),
    forgottenTopicsData: forgotten(side),
  })
  // Ids of sessions, of replicas and of other clusters are about something else; waits are waited for.
  await told.askWithMutants(fetch, asked, {
    except: ['maxWaitMs', 'replicaId', 'replicaState.replicaId', 'replicaState.replicaEpoch'],
  })
  for (const offset of [1, 3, 4, 5, -1]) {
    await told.ask(`from ${offset}`, fetch, version, (side) => fetching(version, name, ids[side], offset))
  }
  for (const minBytes of [0, 1_000_000]) {
    const title = `at least ${minBytes} bytes`
    await told.ask(title, fetch, version, (side) => fetching(version, name, ids[side], 0, { minBytes }))
  }
  await told.ask('read committed', fetch, version, (side) =>
    fetching(version, name, ids[side], 0, { isolationLevel: 1 }),
  )
  if (version >= 13) await told.ask('an unknown id', fetch, version, fetching(version, '', unknownId, 0))
})

const session = story(
  fetch,
  'session',
  async (told) => {
    const { version } = told
    const { name, ids } = await topicFor(told)
    await produced(told, name, batch(['a']))
    const first = { sessionId: 0, sessionEpoch: 0 }
    const opened = await told.ask('opened', fetch, version, (side) => fetching(version, name, ids[side], 0, first))
    const next = (side: 0 | 1, sessionEpoch: number, more = {}) => ({
      ...fetching(version, name, ids[side], 0),
      topics: [],
      sessionId: opened[side]!.sessionId,
      sessionEpoch,
      ...more,
    })
    await told.ask('nothing new', fetch, version, (side) => next(side, 1))
    await produced(told, name, batch(['b']))
    await told.ask('something new', fetch, version, (side) => next(side, 2))
    await told.ask('the same epoch again', fetch, version, (side) => next(side, 2))
    await told.ask('an epoch too far', fetch, version, (side) => next(side, 9))
    const forgotten = (side: 0 | 1) => [{ topic: name, topicId: ids[side], partitions: [0] }]
    await told.ask('forgets', fetch, version, (side) => next(side, 3, { forgottenTopicsData: forgotten(side) }))
    await told.ask('closed', fetch, version, (side) => next(side, -1))
    await told.ask('after it was closed', fetch, version, (side) => next(side, 4))
  },
  [7, 18],
)

const byTime = story(listOffsets, 'find', async (told) => {
  const { version } = told
  const { name } = await topicFor(told)
  await produced(told, name, batch(['a', 'b', 'c']))
  const asked = (timestamp: number) => ({
    replicaId: -1,
    topics: [{ name, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }] }],
    timeoutMs: 1_000,
  })
  await told.askWithMutants(listOffsets, () => asked(-1), { except: ['timeoutMs'] })
  for (const timestamp of [-3, -4, -5, -6, -7, recentMs, recentMs + 1, recentMs + 2, recentMs + 3, 0]) {
    const text = timestamp < 1 ? timestamp : `the first + ${timestamp - recentMs}`
    await told.ask(`at ${text}`, listOffsets, version, asked(timestamp))
  }
  const { name: none } = await topicFor(told)
  for (const timestamp of [-1, -2, -3, 0]) {
    const [topic] = asked(timestamp).topics
    await told.ask(`of an empty log at ${timestamp}`, listOffsets, version, {
      ...asked(timestamp),
      topics: [{ ...topic!, name: none }],
    })
  }
})

const byEpoch = story(offsetForLeaderEpoch, 'find', async (told) => {
  const { name } = await topicFor(told)
  await produced(told, name, batch(['a']))
  const asked = () => ({
    replicaId: -1,
    topics: [{ topic: name, partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }] }],
  })
  await told.askWithMutants(offsetForLeaderEpoch, asked)
})

const producerIds = story(initProducerId, 'ask', async (told) => {
  const asked = () => ({ transactionalId: null, transactionTimeoutMs: 60_000 })
  await told.askWithMutants(initProducerId, asked, { except: ['transactionalId', 'enable2Pc', 'keepPreparedTxn'] })
})

/** A producer's batches with numbers: in order, again, with gaps, by another epoch. */
const sequences = story(
  produce,
  'sequences',
  async (told) => {
    const { name } = await topicFor(told)
    const given = await told.prepare(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 60_000 })
    const send = (title: string, baseSequence: number, values: readonly string[], producerEpoch = 0) => {
      const records = (side: 0 | 1) =>
        batch(values, { producerId: given[side].producerId, producerEpoch, baseSequence })
      const topicData = (side: 0 | 1) => [
        { name, topicId: ZERO_UUID, partitionData: [{ index: 0, records: records(side) }] },
      ]
      const asked = (side: 0 | 1) => ({ transactionalId: null, acks: -1, timeoutMs: 1_000, topicData: topicData(side) })
      return told.ask(title, produce, told.version, asked)
    }
    await send('0 and 1', 0, ['a', 'b'])
    await send('0 and 1 again', 0, ['a', 'b'])
    await send('a part of them again', 1, ['b'])
    await send('with a gap', 4, ['c'])
    await send('2', 2, ['c'])
    await send('of an older epoch', 3, ['d'], -1)
    await send('of a newer epoch from the middle', 3, ['d'], 1)
    await send('of a newer epoch from the start', 0, ['d'], 1)
    await send('of the older epoch again', 3, ['d'])
    for (const index of [1, 2, 3, 4, 5, 6]) await send(`number ${index} of six more`, index, ['x'], 1)
    await send('the first of seven again', 0, ['d'], 1)
  },
  [3, lastByName],
)

export const recordStories: readonly Story[] = [write, read, session, byTime, byEpoch, producerIds, sequences]
