/**
 * `POST /produce`: one record, or many for one topic.
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
import type { Partition } from '../log/partition.ts'
import type { Sender } from '../plugins/judgement.ts'
import { KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { partitionFor } from '../protocol/murmur2.ts'
import { encodeBatch, validate } from '../protocol/records.ts'
import type { Topic } from '../topics/topics.ts'
import { type Fields, parsed } from './body.ts'
import { fromKafka, HttpError } from './errors.ts'
import { unknownPartition } from './found.ts'
import { type AskedRecord, readRecord, recordFields } from './record-json.ts'
import { json, type Route, route } from './route.ts'
import { either, errorBody, fields, integer, list, name, object, oneOf, type Out, text } from './schema.ts'

interface Stored {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/** Whoever posts records need not say who he is. */
const sender: Sender = { client: { id: 'http', principal: null }, by: [] }

const topicName = name('the name of a topic')
const one = fields({ topic: topicName, ...recordFields })
const manyRemedy = 'use a list of at least one record'
const record = fields(recordFields, 'use { "value": … }')
const many = fields({ topic: topicName, records: list(record, manyRemedy, { min: 1 }) })
const asked = oneOf([one, many], (input) => (hasRecords(input) ? many : one))

const place = { partition: integer(), offset: integer(), timestamp: integer() }
const storedOne = object({ topic: text(), ...place })
const results = list(either([object(place), errorBody]))
const storedMany = object({ topic: text(), records: results })

export function produceRoute(cluster: Cluster): Route {
  const spread = new Spread()
  return route({
    method: 'POST',
    path: '/produce',
    tag: 'Records',
    summary: 'Produces one record, or many for one topic.',
    body: { schema: asked, forms: fromForm },
    answer: json(either([storedOne, storedMany]), 'All are stored, and where.'),
    others: { 207: json(storedMany, 'Some are stored: a result for each, in their order.') },
    errors: { 404: 'There is no such topic or partition.', 422: 'A plugin refused the record, or every record.' },
    handle: async ({ c, body }) => {
      const now = cluster.clock.now()
      const { topic: name } = body
      const records = hasRecords(body)
        ? readMany(body as Out<typeof many>, now)
        : [readRecord(body as Out<typeof one>, now)]
      const topic = topicOrCreate(name, cluster)
      if (topic instanceof KafkaError) throw fromKafka(topic, unknownTopic(name, topic))
      const results = await produceAll(cluster, topic, records, spread)
      return hasRecords(body) ? answerMany(c, name, results) : answerOne(c, name, results[0]!)
    },
  })
}

function hasRecords(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'records' in input
}

function unknownTopic(name: string, { message }: KafkaError): string {
  return message ?? `topic ${JSON.stringify(name)} does not exist; create it, or set auto_create_topics: true`
}

/** In a form an empty field is one that was not filled in; an empty value is a value. Headers are JSON. */
function fromForm(fields: Fields): Fields {
  const filled = Object.entries(fields).filter(([name, value]) => name === 'value' || value !== '')
  const { headers, ...others } = Object.fromEntries(filled)
  return typeof headers === 'string' ? { ...others, headers: parsed(headers, 'headers') } : others
}

function readMany({ records }: Out<typeof many>, now: number): AskedRecord[] {
  return records.map((one, at) => readRecord(one, now, `records[${at}].`))
}

/** Where records without key and partition go: those of a request together, those of the next one partition further. */
class Spread {
  readonly #turns = new WeakMap<Topic<Partition>, number>()

  next(topic: Topic<Partition>): number {
    const turn = this.#turns.get(topic) ?? 0
    this.#turns.set(topic, turn + 1)
    return turn % topic.partitions.length
  }
}

/** What became of each record, in the order in which they were asked for. */
async function produceAll(
  cluster: Cluster,
  topic: Topic<Partition>,
  asked: readonly AskedRecord[],
  spread: Spread,
): Promise<(Stored | HttpError)[]> {
  const results: (Stored | HttpError)[] = []
  const batches = [...byPartition(topic, asked, spread.next(topic))].map(async ([index, places]) => {
    const records = places.map((place) => asked[place]!)
    const outcome = await produceBatch(cluster, topic, index, records)
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

function produceBatch(
  { intake, uncompressedBytesMax }: Cluster,
  topic: Topic<Partition>,
  index: number,
  records: readonly AskedRecord[],
): Outcome | Promise<Outcome> {
  const partition = topic.partitions[index]
  if (partition === undefined) return refused(UNKNOWN_TOPIC_OR_PARTITION.because(unknownPartition(topic, index)))
  const batch = validate(encodeBatch(records), { uncompressedBytesMax })
  return batch instanceof KafkaError ? refused(batch) : intake.produce(topic, partition, batch, sender)
}

function refused(error: KafkaError): Outcome {
  return { error, appended: null, refusals: [] }
}

function resultOf(
  { error, appended, refusals }: Outcome,
  partition: number,
  { timestamp }: AskedRecord,
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
  const { baseOffset, logAppendTimeMs } = appended
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
