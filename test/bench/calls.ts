/** What the benchmark asks of a broker, in versions that all contestants speak and that name topics by name. */
import { setTimeout } from 'node:timers/promises'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import type { Value } from '../../src/protocol/schema.ts'
import { Call, type Wire } from './wire.ts'

const metadataCall = new Call(metadata, 12)
export const produceCall = new Call(produce, 11)
export const fetchCall = new Call(fetch, 12)
const createTopicsCall = new Call(createTopics, 7)
const deleteTopicsCall = new Call(deleteTopics, 6)

const allReplicas = -1
const timeoutMs = 30_000
const topicExists = 36
const noSession = { sessionId: 0, sessionEpoch: -1 }

/** A topic that is ready for use. */
export async function createTopic(wire: Wire, name: string, partitionCount: number): Promise<void> {
  const topic = { name, numPartitions: partitionCount, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await wire.ask(createTopicsCall, { topics: [topic], timeoutMs })
  const { errorCode, errorMessage } = topics[0]!
  if (errorCode !== 0 && errorCode !== topicExists) throw new Error(`cannot create ${name}: ${errorMessage}`)
  for (let index = 0; index < partitionCount; index++) await untilReadable(wire, name, index)
}

export async function deleteTopic(wire: Wire, name: string): Promise<void> {
  await wire.ask(deleteTopicsCall, { topics: [{ name, topicId: ZERO_UUID }], timeoutMs })
}

/** Apache Kafka answers for a new topic before its partitions are there. */
async function untilReadable(wire: Wire, topic: string, partition: number): Promise<void> {
  const request = fetchFrame({ topic, partition, offset: 0, maxWaitMs: 0 })
  while (fetchedPartition(await wire.send(request)).errorCode !== 0) await setTimeout(1)
}

/** The smallest of questions that every client asks. */
export function everyTopic(wire: Wire): Promise<unknown> {
  return wire.ask(metadataCall, { topics: null })
}

export function produceFrame(topic: string, index: number, batch: Buffer): Buffer {
  const topicData = [{ name: topic, topicId: '', partitionData: [{ index, records: batch }] }]
  return produceCall.encode({ acks: allReplicas, timeoutMs, topicData })
}

/** 0 when the one batch of the request was stored. */
export function produceError(answer: Buffer): number {
  return produceCall.decode(answer).responses[0]!.partitionResponses[0]!.errorCode
}

export interface FetchOptions {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly maxWaitMs: number
  readonly bytesMax?: number
}

export function fetchFrame({ topic, partition, offset, maxWaitMs, bytesMax = 1024 ** 2 }: FetchOptions): Buffer {
  const asked = {
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: offset,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    partitionMaxBytes: bytesMax,
    replicaDirectoryId: '',
    highWatermark: 0,
  }
  const topics = [{ topic, topicId: '', partitions: [asked] }]
  return fetchCall.encode({ ...noSession, maxWaitMs, minBytes: 1, maxBytes: 64 * 1024 ** 2, topics })
}

type FetchedPartition = Value<typeof fetch.response>['responses'][number]['partitions'][number]

export function fetchedPartition(answer: Buffer): FetchedPartition {
  return fetchCall.decode(answer).responses[0]!.partitions[0]!
}

/** One record into a topic that is made by asking for it, as soon as the broker lets it happen. */
export async function acknowledgedRecord(wire: Wire): Promise<void> {
  const topics = [{ name: 'first', topicId: ZERO_UUID }]
  const request = metadataCall.encode({ topics, allowAutoTopicCreation: true })
  while (metadataCall.decode(await wire.send(request)).topics[0]?.errorCode !== 0) await setTimeout(1)
  const frame = produceFrame('first', 0, sampleBatch(1, 100))
  while (produceError(await wire.send(frame)) !== 0) await setTimeout(1)
}

/**
 * Uncompressed records without keys. Their time is now: older ones would fall to retention while they are being read.
 */
export function sampleBatch(recordCount: number, valueBytes: number): Buffer {
  const value = Buffer.alloc(valueBytes, 'blink ')
  const timestamp = Date.now()
  return encodeBatch(Array.from({ length: recordCount }, () => ({ timestamp, key: null, value })))
}
