/** What a topic's configs make of records: how they are stored, and which are too large, too old or without a key. */
import { ZERO_UUID } from '../../../../src/base/bytes.ts'
import { fetch } from '../../../../src/protocol/messages/fetch.ts'
import { produce } from '../../../../src/protocol/messages/produce.ts'
import {
  compressionTypes,
  encodeBatch,
  readBatch,
  recordsIn,
  recordsSection,
} from '../../../../src/protocol/records.ts'
import { type Story, story, type Telling } from '../telling.ts'

const byName = 12
const recentMs = Math.floor(Date.now() / 1000) * 1000 - 60_000

interface Case {
  readonly title: string
  readonly configs: Readonly<Record<string, string>>
  readonly records: Buffer
  readonly acks?: number
}

function batch(compression: (typeof compressionTypes)[number] = 'none', key: string | null = 'k', ageMs = 0): Buffer {
  const records = Array.from({ length: 20 }, (_, index) => ({
    timestamp: recentMs - ageMs + (index === 0 ? 5 : index),
    key: key === null || index === 3 ? Buffer.from('a') : Buffer.from(`${key}${index}`),
    value: Buffer.from('value '.repeat(20)),
  }))
  if (key === null) records[7] = { ...records[7]!, key: null as never }
  return encodeBatch(records, { compression })
}

function cases(): Case[] {
  const stored = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd', 'producer']
  const codecs = stored.flatMap((type) =>
    compressionTypes.map((sent): Case => {
      return { title: `${sent} into ${type}`, configs: { 'compression.type': type }, records: batch(sent) }
    }),
  )
  const levels = [
    ['gzip', '9'],
    ['lz4', '17'],
    ['zstd', '-5'],
    ['zstd', '22'],
  ].map(([type, level]): Case => {
    const configs = { 'compression.type': type!, [`compression.${type}.level`]: level! }
    return { title: `${type} of level ${level}`, configs, records: batch() }
  })
  const small = { 'max.message.bytes': '1000' }
  return [
    ...codecs,
    ...levels,
    { title: 'too large as it comes', configs: { ...small, 'compression.type': 'gzip' }, records: batch() },
    {
      title: 'too large as it is stored',
      configs: { ...small, 'compression.type': 'uncompressed' },
      records: batch('lz4'),
    },
    { title: 'small enough while packed', configs: small, records: batch('lz4') },
    {
      title: 'a record too large once unpacked',
      configs: { 'max.decompressed.message.bytes': '100' },
      records: batch('lz4'),
    },
    {
      title: 'records small enough once unpacked',
      configs: { 'max.decompressed.message.bytes': '500' },
      records: batch('lz4'),
    },
    { title: 'large and not packed', configs: { 'max.decompressed.message.bytes': '100' }, records: batch() },
    { title: 'more replicas in sync than there are', configs: { 'min.insync.replicas': '3' }, records: batch() },
    { title: 'too old', configs: { 'message.timestamp.before.max.ms': '1000' }, records: batch() },
    {
      title: 'too new',
      configs: { 'message.timestamp.after.max.ms': '1000' },
      records: batch('none', 'k', -3_600_000),
    },
    { title: 'the time of the append', configs: { 'message.timestamp.type': 'LogAppendTime' }, records: batch('gzip') },
    { title: 'one without a key', configs: { 'cleanup.policy': 'compact' }, records: batch('none', null) },
    { title: 'all with keys', configs: { 'cleanup.policy': 'compact,delete' }, records: batch('zstd') },
    { title: 'one without a key and packed', configs: { 'cleanup.policy': 'compact' }, records: batch('snappy', null) },
  ]
}

const behaviour = story(
  produce,
  'topic configs',
  async (told) => {
    for (const one of cases()) await tell(told, one)
  },
  [byName, byName],
)

async function tell(told: Telling, { title, configs, records, acks = -1 }: Case): Promise<void> {
  const name = told.name('behaviour')
  await told.topic(name, { configs })
  const topicData = [{ name, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }]
  await told.ask(title, produce, byName, { transactionalId: null, acks, timeoutMs: 5_000, topicData })
  const partition = { partition: 0, currentLeaderEpoch: -1, fetchOffset: 0, lastFetchedEpoch: -1, logStartOffset: -1 }
  const wanted = { ...partition, partitionMaxBytes: 1 << 20, replicaDirectoryId: ZERO_UUID, highWatermark: 0 }
  const asked = {
    maxWaitMs: 10,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [{ topic: name, topicId: ZERO_UUID, partitions: [wanted] }],
  }
  const answers = await told.prepare(fetch, 12, asked)
  // The same library at the same level is not behind both, so what is packed is compared, not how.
  const [ours, theirs] = answers.map(({ responses }) => stored(responses[0]!.partitions[0]!.records ?? []))
  told.agree(`${title}, as it is stored`, ours, theirs)
}

function stored(records: readonly Buffer[]) {
  const bytes = Buffer.concat([...records])
  if (bytes.length === 0) return null
  const batch = readBatch(bytes)
  const { bytes: _, maxTimestamp, isLogAppendTime, ...header } = batch
  const all = [...recordsIn(recordsSection(batch), batch)].map(({ offset, timestamp, key, value }) => {
    return { offset, timestamp: isLogAppendTime ? 0 : timestamp, key: `${key}`, value: `${value}` }
  })
  return { ...header, isLogAppendTime, maxTimestamp: isLogAppendTime ? 0 : maxTimestamp, records: all }
}

export const topicBehaviourStories: readonly Story[] = [behaviour]
