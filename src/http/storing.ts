/**
 * Stores the records that someone sent over HTTP, whichever route they came by.
 *
 * The records of one partition travel in one batch, in the order in which they were sent, so they are stored or refused
 * together as Kafka would. Many are answered one by one: 200 when all are stored, 207 when some are, and when none is,
 * the status of the first refusal.
 */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { topicOrCreate } from '../handlers/auto-create.ts'
import type { Cluster } from '../handlers/handler.ts'
import type { Outcome } from '../handlers/intake.ts'
import { inSyncRefusal } from '../handlers/leadership.ts'
import { leaderOf } from '../handlers/nodes.ts'
import type { Appended, Partition } from '../log/partition.ts'
import type { Sender } from '../plugins/judgement.ts'
import { KafkaError, LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { partitionFor } from '../protocol/murmur2.ts'
import { encodeBatch, validate } from '../protocol/records.ts'
import { noLeader } from '../topics/replicas.ts'
import type { Topic } from '../topics/topics.ts'
import { fromKafka, HttpError } from './errors.ts'
import { unknownPartition } from './found.ts'
import { type AskedRecord, type NewRecordFields, readRecord } from './record-json.ts'
import { json } from './route.ts'
import { either, errorBody, integer, list, object, text } from './schema.ts'

export interface Stored {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

const place = { partition: integer(), offset: integer(), timestamp: integer() }
/** A result for each record, in their order. */
const many = object({ topic: text(), records: list(either([object(place), errorBody])) })
export const stored = either([object({ topic: text(), ...place }), many])

/** What routes answer that `store`, beside what is stored. */
export const otherwise = {
  others: { 207: json(many, 'Some are stored: a result for each, in their order.') },
  errors: {
    404: 'There is no such topic or partition.',
    422: 'A plugin refused the record, or every record.',
    503: 'No broker leads the partition, or too few replicas are in sync.',
  },
}

/** One record or many, as a route's schema has let them through. */
export type Asked = NewRecordFields | { readonly records: readonly NewRecordFields[] }

export function hasRecords(input: unknown): input is { readonly records: readonly NewRecordFields[] } {
  return typeof input === 'object' && input !== null && 'records' in input
}

/** Stores them, and answers where each went. Throws an HttpError for a single one that is refused. */
export async function store(
  c: Context,
  name: string,
  asked: Asked,
  cluster: Cluster,
  spread: Spread,
): Promise<Response> {
  const now = cluster.clock.now()
  const records = hasRecords(asked)
    ? asked.records.map((one, at) => readRecord(one, now, `records[${at}].`))
    : [readRecord(asked, now)]
  const results = await storeAll(cluster, topicFor(name, cluster), records, spread)
  return hasRecords(asked) ? answerMany(c, name, results) : answerOne(c, name, results[0]!)
}

/** Whoever posts records need not say who he is. */
const sender: Sender = { client: { id: 'http', principal: null }, by: [] }

/** Made, where settings have topics made on first use. */
export function topicFor(name: string, cluster: Cluster): Topic<Partition> {
  const topic = topicOrCreate(name, cluster)
  if (!(topic instanceof KafkaError)) return topic
  const remedy = 'create it, or set auto_create_topics: true'
  throw fromKafka(topic, topic.message ?? `topic ${JSON.stringify(name)} does not exist; ${remedy}`)
}

/** Where records without key and partition go: those of a request together, those of the next one partition further. */
export class Spread {
  readonly #turns = new WeakMap<Topic<Partition>, number>()

  /** Where nobody leads nothing can be stored: they go elsewhere while there is an elsewhere. */
  next(topic: Topic<Partition>): number {
    const { length } = topic.partitions
    const first = this.#turns.get(topic) ?? 0
    let turn = first
    while (leaderOf(topic, turn % length) === noLeader && turn < first + length) turn++
    this.#turns.set(topic, turn + 1)
    return turn % length
  }
}

/** What became of each record, in the order in which they were asked for. */
export function storeAll(
  cluster: Cluster,
  topic: Topic<Partition>,
  asked: readonly AskedRecord[],
  spread: Spread,
): Promise<(Stored | HttpError)[]> {
  return storeAs({ sender, resultOf }, cluster, topic, asked, spread)
}

/** Whose records they are, and how he is told of one. */
export interface Storing<R> {
  readonly sender: Sender
  /** `position` is that of the record in its batch, `partition` where this went. */
  readonly resultOf: (outcome: Outcome, partition: number, record: AskedRecord, position: number) => R
}

export async function storeAs<R>(
  { sender, resultOf }: Storing<R>,
  cluster: Cluster,
  topic: Topic<Partition>,
  asked: readonly AskedRecord[],
  spread: Spread,
): Promise<R[]> {
  const results: R[] = []
  const batches = [...byPartition(topic, asked, spread.next(topic))].map(async ([index, places]) => {
    const records = places.map((place) => asked[place]!)
    const outcome = await storeBatch(cluster, topic, index, records, sender)
    await throttled(outcome, cluster)
    places.forEach((place, position) => {
      results[place] = resultOf(outcome, index, records[position]!, position)
    })
  })
  await Promise.all(batches)
  return results
}

/** Over HTTP there is nobody to tell that he is to wait, so the answer does. */
async function throttled({ throttleMs = 0 }: Outcome, { clock }: Cluster): Promise<void> {
  if (throttleMs > 0) await new Promise<void>((resolve) => clock.within(throttleMs, resolve))
}

/** Which of the records go where. */
function byPartition(
  { partitions }: Topic<Partition>,
  asked: readonly AskedRecord[],
  unkeyed: number,
): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>()
  asked.forEach(({ partition, key }, place) => {
    const index = partition ?? (key === null ? unkeyed : partitionFor(key, partitions.length))
    const found = places.get(index)
    if (found === undefined) places.set(index, [place])
    else found.push(place)
  })
  return places
}

function storeBatch(
  { intake, uncompressedBytesMax }: Cluster,
  topic: Topic<Partition>,
  index: number,
  records: readonly AskedRecord[],
  sender: Sender,
): Outcome | Promise<Outcome> {
  const partition = topic.partitions[index]
  if (partition === undefined) return refused(UNKNOWN_TOPIC_OR_PARTITION.because(unknownPartition(topic, index)))
  const unready = notReady(topic, index)
  if (unready !== null) return refused(unready)
  const batch = validate(encodeBatch(records), { uncompressedBytesMax })
  return batch instanceof KafkaError ? refused(batch) : intake.produce(topic, partition, batch, sender)
}

/** A producer with acks=all would wait until there is a leader, and enough replicas keep up; over HTTP he is told. */
function notReady(topic: Topic<Partition>, index: number): KafkaError | null {
  const refusal = leaderOf(topic, index) === noLeader ? LEADER_NOT_AVAILABLE : inSyncRefusal(topic, index)
  if (refusal === null) return null
  const { replicas, isr } = topic.replicas[index]!
  const missing = refusal.is(LEADER_NOT_AVAILABLE) ? 'no leader' : 'fewer replicas in sync than min.insync.replicas'
  const remedy = `start broker ${replicas.filter((id) => !isr.includes(id)).join(' or ')}`
  return refusal.because(`partition ${index} of topic ${JSON.stringify(topic.name)} has ${missing}; ${remedy}`)
}

function refused(error: KafkaError): Outcome {
  return { error, appended: null, refusals: [] }
}

function resultOf(
  { error, appended, refusals }: Outcome,
  partition: number,
  record: AskedRecord,
  position: number,
): Stored | HttpError {
  const refusal = refusals.find(({ index }) => index === position)
  if (refusal !== undefined) {
    const { plugin, reason, onReject, isFailure } = refusal
    const message = isFailure ? `plugin ${plugin} failed: ${reason}` : `plugin ${plugin} refused the record: ${reason}`
    return new HttpError(422, 'record_refused', message, { plugin, reason, on_reject: onReject, is_failure: isFailure })
  }
  if (refusals.length > 0 && error !== null) {
    return new HttpError(422, 'batch_refused', 'a plugin refused another record of the same partition in this request')
  }
  if (error !== null || appended === null) return fromKafka(error ?? UNKNOWN_TOPIC_OR_PARTITION)
  return storedAt(appended, partition, record, position)
}

export function storedAt(
  { baseOffset, logAppendTimeMs }: Appended,
  partition: number,
  { timestamp }: AskedRecord,
  position: number,
): Stored {
  return { partition, offset: baseOffset + position, timestamp: logAppendTimeMs === -1 ? timestamp : logAppendTimeMs }
}

function answerOne(c: Context, topic: string, result: Stored | HttpError): Response {
  if (result instanceof HttpError) throw result
  return c.json({ topic, ...result })
}

function answerMany(c: Context, topic: string, results: readonly (Stored | HttpError)[]): Response {
  const records = results.map((result) => (result instanceof HttpError ? result.body : result))
  const [first] = results.filter((result) => result instanceof HttpError)
  if (first === undefined) return c.json({ topic, records })
  const isPartial = results.some((result) => !(result instanceof HttpError))
  const status: ContentfulStatusCode = isPartial ? 207 : first.status
  return c.json(isPartial ? { topic, records } : { ...first.body, topic, records }, status)
}
