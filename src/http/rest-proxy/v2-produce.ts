/**
 * `POST /topics/{topic}` and `POST /topics/{topic}/partitions/{partition}` of v2: records with embedded keys and
 * values. Refused records have an error each; the answer as such is 200.
 */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type { BodyLimits } from '../body.ts'
import type { AskedRecord } from '../record-json.ts'
import type { Stored } from '../storing.ts'
import type { Route } from './route.ts'
import { type Format, toBytes } from './embedded.ts'
import { noSchemaRegistry, partitionNotFound, ProxyError, producerCode, schemaMissing } from './errors.ts'
import { type Fields, fieldsOf, integerOf, listOf, requireBody } from './fields.ts'
import { type Producing, topicFor } from './producing.ts'
import { answerV2, formatOfBody } from './v2-media.ts'
import { indexOf } from './v2-topics.ts'

const schemaFields = ['key_schema', 'key_schema_id', 'value_schema', 'value_schema_id']

export function v2ProduceRoutes(
  cluster: Cluster,
  producing: Producing,
  { httpBodyBytesMax }: BodyLimits,
): readonly Route[] {
  const produce = async (c: Context, partition: number | null) => {
    const format = formatOfBody(c)
    const fields = await requireBody(c, httpBodyBytesMax, ['records', ...schemaFields])
    const now = cluster.clock.now()
    const asked = recordsOf(fields, format, partition, now)
    const topic = topicFor(cluster, c.req.param('topic')!)
    if (partition !== null && topic.partitions[partition] === undefined) throw partitionNotFound()
    const results = await producing.produce(topic, asked)
    return answerV2(c, { offsets: results.map(showResult), key_schema_id: null, value_schema_id: null })
  }
  return [
    ['POST', '/topics/:topic', (c) => produce(c, null)],
    ['POST', '/topics/:topic/partitions/:partition', (c) => produce(c, indexOf(c.req.param('partition')!))],
  ]
}

function recordsOf(fields: Fields, format: Format | 'schema', partition: number | null, now: number): AskedRecord[] {
  const records = listOf(fields.records, 'records')
  if (records.length === 0) throw new ProxyError(422, 422, 'records may not be empty')
  const known = partition === null ? ['key', 'value', 'partition'] : ['key', 'value']
  const each = records.map((one, at) => fieldsOf(one, `records[${at}]`, known))
  if (format === 'schema') throw schemaRefusal(fields, each)
  return each.map(({ key, value, partition: asked }, at) => ({
    partition: partition ?? integerOf(asked, `records[${at}].partition`),
    key: toBytes(format, key),
    value: toBytes(format, value),
    headers: [],
    timestamp: now,
  }))
}

/** Without a Schema Registry nothing of it can be done; but what is missing is said first, as the REST Proxy does. */
function schemaRefusal(fields: Fields, records: readonly Fields[]): ProxyError {
  const has = (name: string) => (fields[name] ?? null) !== null
  const uses = (name: string) => records.some((record) => (record[name] ?? null) !== null)
  if (uses('key') && !has('key_schema') && !has('key_schema_id')) return schemaMissing('key')
  if (uses('value') && !has('value_schema') && !has('value_schema_id')) return schemaMissing('value')
  return noSchemaRegistry()
}

function showResult(result: Stored | KafkaError) {
  if (!(result instanceof KafkaError)) {
    return { partition: result.partition, offset: result.offset, error_code: null, error: null }
  }
  return { partition: null, offset: null, error_code: producerCode(result), error: result.message ?? result.name }
}
