/**
 * kafkajs as the tests use it: every codec, little patience, and whatever was connected is disconnected after its test.
 */
import clients, {
  type Admin,
  type CompressionTypes,
  type Consumer,
  type ConsumerConfig,
  type Kafka,
  type KafkaConfig,
  type KafkaMessage,
  type Producer,
  type ProducerConfig,
} from 'kafkajs'
import { compressFrameSync, decompressFrameSync } from 'lz4-napi'
import { compressSync, uncompressSync } from 'snappy'
import { zstdCompress, zstdDecompress } from '../../src/protocol/zstd.ts'
import { unique, until } from './running.ts'
import type { Cleanup } from './suite.ts'

export const codecs = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const satisfies Record<
  string,
  CompressionTypes
>

const unpackedBytesMax = 1 << 28

/** snappy-java's stream: a header of 16 bytes, then blocks with their lengths. */
const snappyStreamStart = Buffer.from('82534e41505059000000000100000001', 'hex')
const snappyBlockBytes = 32 * 1024

function toSnappyStream(bytes: Buffer): Buffer {
  const parts: Buffer[] = [snappyStreamStart]
  for (let at = 0; at < bytes.length; at += snappyBlockBytes) {
    const block = compressSync(bytes.subarray(at, at + snappyBlockBytes))
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

function fromSnappyStream(bytes: Buffer): Buffer {
  const blocks: Buffer[] = []
  for (let at = snappyStreamStart.length; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at)
    blocks.push(uncompressSync(bytes.subarray(at + 4, end)) as Buffer)
    at = end
  }
  return Buffer.concat(blocks)
}

interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (bytes: Buffer) => Promise<Buffer>
}

function codec(compress: (bytes: Buffer) => Buffer, decompress: (bytes: Buffer) => Buffer): () => Codec {
  return () => ({
    compress: async ({ buffer }) => compress(buffer),
    decompress: async (bytes) => decompress(bytes),
  })
}

clients.CompressionCodecs[codecs.snappy] = codec(toSnappyStream, fromSnappyStream)
clients.CompressionCodecs[codecs.lz4] = codec(compressFrameSync, decompressFrameSync)
clients.CompressionCodecs[codecs.zstd] = codec(zstdCompress, (bytes) => zstdDecompress(bytes, unpackedBytesMax))

export function kafkajs(brokers: readonly string[], config: Partial<KafkaConfig> = {}): Kafka {
  const retry = { initialRetryTime: 30, maxRetryTime: 300, retries: 8 }
  return new clients.Kafka({
    brokers: [...brokers],
    clientId: 'blink-test',
    logLevel: clients.logLevel.NOTHING,
    retry,
    ...config,
  })
}

export async function producing({ after }: Cleanup, kafka: Kafka, config: ProducerConfig = {}): Promise<Producer> {
  const producer = kafka.producer(config)
  after(() => producer.disconnect())
  await producer.connect()
  return producer
}

/** It asks once: kafkajs would repeat refusals that are final, too. */
export async function administering({ after }: Cleanup, kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin({ retry: { retries: 0 } })
  after(() => admin.disconnect())
  await admin.connect()
  return admin
}

/** A topic that is led: Kafka answers before that, and kafkajs, which would wait, takes that for a refusal. */
export async function created(admin: Admin, topic: string, numPartitions = 1): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false })
  const isLed = async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const [{ partitions }] = topics as [(typeof topics)[number]]
    const isKnown = partitions.length === numPartitions && partitions.every(({ leader }) => leader >= 0)
    // Kafka tells of a leader before that leader is ready.
    return isKnown && (await admin.fetchTopicOffsets(topic)).length === numPartitions
  }
  await until(`${topic} is led`, () => isLed().catch(() => false))
}

/** What a member of a group has read, and which partitions it owns: null while it owns nothing it was told of. */
export interface Member {
  readonly consumer: Consumer
  readonly read: ReadRecord[]
  owned: readonly number[] | null
  leave(): Promise<void>
}

export type ReadRecord = KafkaMessage & { readonly partition: number }

/** A consumer of one topic from its beginning, quick to notice a rebalance. */
export async function consuming(
  { after }: Cleanup,
  kafka: Kafka,
  topic: string,
  config: Partial<ConsumerConfig> = {},
): Promise<Member> {
  const groupId = config.groupId ?? unique('group')
  const consumer = kafka.consumer({ heartbeatInterval: 50, maxWaitTimeInMs: 100, ...config, groupId })
  let isGone = false
  const leave = async () => {
    if (isGone) return
    isGone = true
    await consumer.disconnect()
    member.owned = []
  }
  const member: Member = { consumer, read: [], owned: null, leave }
  after(leave)
  consumer.on('consumer.rebalancing', () => (member.owned = null))
  consumer.on('consumer.group_join', ({ payload }) => (member.owned = payload.memberAssignment[topic] ?? []))
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => void member.read.push({ ...message, partition }),
  })
  return member
}

/** The first `count` records of a topic, in the order in which they came. */
export async function readAll(cleanup: Cleanup, kafka: Kafka, topic: string, count: number): Promise<ReadRecord[]> {
  const { read, leave } = await consuming(cleanup, kafka, topic)
  await until(`${count} records of ${topic} are read`, () => read.length >= count)
  await leave()
  return read
}

export function textOf({ key, value }: KafkaMessage): string {
  return `${key === null ? '' : `${key}=`}${value}`
}
