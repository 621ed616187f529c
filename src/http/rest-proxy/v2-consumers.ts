/** `/consumers` of v2: instances, what they subscribe to or are assigned, their records, offsets and positions. */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import type { BodyLimits } from '../body.ts'
import { refuseForeignPages } from '../guard.ts'
import type { Route } from './route.ts'
import type { Matches, OffsetToCommit, Reset } from './consumer.ts'
import { type Format, jsonOf, schemaFormats } from './embedded.ts'
import { invalidConfig, partitionNotFound, ProxyError } from './errors.ts'
import {
  booleanOf,
  type Fields,
  fieldsOf,
  integerOf,
  type Json,
  listOf,
  readBody,
  requireBody,
  requireInteger,
  requireText,
  textOf,
} from './fields.ts'
import { linkTo } from './links.ts'
import type { TopicPartition } from '../../protocol/consumer-protocol.ts'
import { readRecords } from './reading.ts'
import { answerV2, requireJson, typeForRecords } from './v2-media.ts'
import type { Instance, InstanceOptions, Instances } from './v2-instances.ts'

/** As `consumer.request.timeout.ms` and `consumer.request.max.bytes` of the REST Proxy. */
const waitMsDefault = 1_000
export const recordsBytesMax = 64 * 1024 * 1024
const bytesMinMax = 10_000_000
const offsetMax = Number.MAX_SAFE_INTEGER
const resets: readonly string[] = ['earliest', 'latest', 'none']
const configs = [
  'id',
  'name',
  'format',
  'auto.offset.reset',
  'auto.commit.enable',
  'fetch.min.bytes',
  'responseMinBytes',
  'consumer.request.timeout.ms',
  'requestWaitMs',
]

export function v2ConsumerRoutes(
  cluster: Cluster,
  instances: Instances,
  { httpBodyBytesMax }: BodyLimits,
  stopping: AbortSignal,
): readonly Route[] {
  const instanceOf = (c: Context) => instances.get(c.req.param('group')!, c.req.param('instance')!)
  const body = (c: Context, ...known: string[]) => {
    requireJson(c)
    return requireBody(c, httpBodyBytesMax, known)
  }
  const maybeBody = (c: Context, ...known: string[]) => {
    requireJson(c)
    return readBody(c, httpBodyBytesMax, known)
  }
  const create = async (c: Context) => {
    const group = c.req.param('group')!
    const { name } = instances.create(group, instanceOptions((await maybeBody(c, ...configs)) ?? {}))
    const base_uri = linkTo(c, 'consumers', group, 'instances', name)
    return answerV2(c, { instance_id: name, base_uri })
  }
  const remove = (c: Context) => {
    instances.delete(c.req.param('group')!, c.req.param('instance')!)
    return nothing()
  }
  const at = '/consumers/:group/instances/:instance'
  return [
    ['POST', '/consumers/:group', create],
    ['DELETE', at, remove],
    ...subscriptionRoutes(at, instanceOf, body),
    ...positionRoutes(at, instanceOf, body),
    ...offsetRoutes(at, instanceOf, maybeBody),
    ['GET', `${at}/records`, (c) => answerRecords(c, cluster, instanceOf(c), stopping)],
  ]
}

type InstanceOf = (c: Context) => Instance
type ReadBody = (c: Context, ...known: string[]) => Promise<Fields>
type ReadMaybe = (c: Context, ...known: string[]) => Promise<Fields | null>

function subscriptionRoutes(at: string, instanceOf: InstanceOf, body: ReadBody): readonly Route[] {
  const subscribe = async (c: Context) => {
    const { consumer } = instanceOf(c)
    const { topics, topic_pattern } = await body(c, 'topics', 'topic_pattern')
    const names = listOf(topics, 'topics').map((one, index) => requireText(one, `topics[${index}]`))
    const pattern = textOf(topic_pattern, 'topic_pattern')
    if (topics !== undefined && topics !== null) consumer.subscribe({ topics: names })
    else if (pattern !== null) consumer.subscribe({ matches: await matchesOf(pattern) })
    else throw new ProxyError(422, 422, 'topics or topic_pattern may not be null')
    return nothing()
  }
  const assign = async (c: Context) => {
    const { consumer } = instanceOf(c)
    consumer.assign(partitionsOf(await body(c, 'partitions')))
    return nothing()
  }
  return [
    ['POST', `${at}/subscription`, subscribe],
    ['GET', `${at}/subscription`, (c) => answerV2(c, { topics: instanceOf(c).consumer.subscription })],
    [
      'DELETE',
      `${at}/subscription`,
      (c) => {
        instanceOf(c).consumer.unsubscribe()
        return nothing()
      },
    ],
    ['POST', `${at}/assignments`, assign],
    [
      'GET',
      `${at}/assignments`,
      (c) => {
        const partitions = instanceOf(c).consumer.assignment.map(({ topic, partition }) => ({ topic, partition }))
        return answerV2(c, { partitions })
      },
    ],
  ]
}

function positionRoutes(at: string, instanceOf: InstanceOf, body: ReadBody): readonly Route[] {
  const seekTo = (where: 'beginning' | 'end') => async (c: Context) => {
    const { consumer } = instanceOf(c)
    for (const one of partitionsOf(await body(c, 'partitions'))) consumer.seek(one, where)
    return nothing()
  }
  const seek = async (c: Context) => {
    const { consumer } = instanceOf(c)
    const { offsets, timestamps } = await body(c, 'offsets', 'timestamps')
    for (const { topic, partition, offset } of offsetsOf(offsets)) consumer.seek({ topic, partition }, offset)
    for (const { topic, partition, timestampMs } of timestampsOf(timestamps)) {
      const offset = consumer.partitionOf({ topic, partition })?.offsetFor(timestampMs).offset ?? -1
      // Nothing as late as that: what is yet to come will be.
      consumer.seek({ topic, partition }, offset === -1 ? 'end' : offset)
    }
    return nothing()
  }
  return [
    ['POST', `${at}/positions/beginning`, seekTo('beginning')],
    ['POST', `${at}/positions/end`, seekTo('end')],
    ['POST', `${at}/positions`, seek],
  ]
}

function offsetRoutes(at: string, instanceOf: InstanceOf, maybeBody: ReadMaybe): readonly Route[] {
  const commit = async (c: Context) => {
    const { consumer } = instanceOf(c)
    const fields = await maybeBody(c, 'offsets')
    // What is told is the last record that was read; what is committed is where to go on.
    if (fields === null) consumer.commitAll()
    else consumer.commit(offsetsOf(fields.offsets).map((one) => ({ ...one, offset: one.offset + 1 })))
    return answerV2(c, [])
  }
  const committed = async (c: Context) => {
    const { consumer } = instanceOf(c)
    const fields = await maybeBody(c, 'partitions')
    if (fields === null) throw partitionNotFound()
    const offsets = partitionsOf(fields).flatMap((one) => {
      const found = consumer.committed(one)
      return found === null ? [] : [{ ...one, offset: found.offset, metadata: found.metadata }]
    })
    return answerV2(c, { offsets })
  }
  return [
    ['POST', `${at}/offsets`, commit],
    ['GET', `${at}/offsets`, committed],
  ]
}

async function answerRecords(c: Context, cluster: Cluster, instance: Instance, stopping: AbortSignal) {
  // What is read by a page that has no business here would be lost to the client.
  refuseForeignPages(c)
  const { format, consumer } = instance
  const type = typeForRecords(c, format)
  const { timeout, max_bytes } = c.req.query()
  const waitMs = integerOf(timeout, 'timeout', -1) ?? 0
  const bytesMax = integerOf(max_bytes, 'max_bytes', -1, offsetMax) ?? 0
  const records = await instance.read(() =>
    readRecords(cluster, consumer, {
      waitMs: waitMs <= 0 ? instance.waitMs : Math.min(waitMs, instance.waitMs),
      bytesMax: bytesMax <= 0 ? recordsBytesMax : Math.min(bytesMax, recordsBytesMax),
      bytesMin: instance.bytesMin,
      signal: AbortSignal.any([c.req.raw.signal, stopping]),
      isGone: () => instance.isGone,
      show: (topic, partition, { key, value, offset }) => {
        // JSON goes out as it came in, numbers and all.
        const embedded = `"key":${jsonOf(format, key)},"value":${jsonOf(format, value)}`
        return `{"topic":${JSON.stringify(topic)},${embedded},"partition":${partition},"offset":${offset}}`
      },
    }),
  )
  return c.body(`[${records.join(',')}]`, 200, { 'Content-Type': type })
}

function instanceOptions(fields: Fields): InstanceOptions {
  const reset = textOf(fields['auto.offset.reset'], 'auto.offset.reset') ?? 'latest'
  if (!resets.includes(reset)) {
    throw invalidConfig(`auto.offset.reset is ${JSON.stringify(reset)}; use ${resets.join(', ')}`)
  }
  const bytesMin = integerOf(fields['fetch.min.bytes'] ?? fields.responseMinBytes, 'fetch.min.bytes', -1) ?? -1
  if (bytesMin > bytesMinMax) {
    throw new ProxyError(422, 40001, `Invalid consumer configuration. fetch.min.bytes is more than ${bytesMinMax}`)
  }
  const waitMs = fields['consumer.request.timeout.ms'] ?? fields.requestWaitMs
  return {
    name: textOf(fields.id, 'id') ?? textOf(fields.name, 'name'),
    format: formatOf(textOf(fields.format, 'format') ?? 'binary'),
    reset: reset as Reset,
    commitsByItself: booleanOf(fields['auto.commit.enable'], 'auto.commit.enable') ?? true,
    bytesMin,
    waitMs: integerOf(waitMs, 'consumer.request.timeout.ms') ?? waitMsDefault,
  }
}

function formatOf(name: string): Format {
  const format = name.toLowerCase()
  if (format === 'binary' || format === 'json') return format
  if (schemaFormats.includes(format)) {
    throw invalidConfig(`the format ${format} needs a Schema Registry, and there is none; use binary or json`)
  }
  throw new ProxyError(422, 422, `Invalid format type. ${JSON.stringify(name)} is none; use binary or json`)
}

/** Of a whole name, as Java's patterns are used there; RE2's take no more time than the name is long. */
async function matchesOf(pattern: string): Promise<Matches> {
  const { RE2JS } = await import('re2js')
  try {
    const compiled = RE2JS.compile(pattern)
    return (name) => compiled.matches(name)
  } catch (error) {
    throw new ProxyError(422, 422, `topic_pattern is no regular expression of RE2: ${(error as Error).message}`)
  }
}

function partitionsOf(fields: Fields): readonly TopicPartition[] {
  return listOf(fields.partitions, 'partitions').map((one, at) => {
    const path = `partitions[${at}]`
    return partitionOf(fieldsOf(one, path, ['topic', 'partition']), path)
  })
}

function partitionOf({ topic, partition }: Fields, path: string): TopicPartition {
  return { topic: requireText(topic, `${path}.topic`), partition: requireInteger(partition, `${path}.partition`) }
}

function offsetsOf(offsets: Json | undefined): readonly OffsetToCommit[] {
  return listOf(offsets, 'offsets').map((one, at) => {
    const path = `offsets[${at}]`
    const fields = fieldsOf(one, path, ['topic', 'partition', 'offset', 'metadata'])
    const offset = requireInteger(fields.offset, `${path}.offset`, 0, offsetMax - 1)
    return { ...partitionOf(fields, path), offset, metadata: textOf(fields.metadata, `${path}.metadata`) }
  })
}

function timestampsOf(timestamps: Json | undefined) {
  return listOf(timestamps, 'timestamps').map((one, at) => {
    const path = `timestamps[${at}]`
    const fields = fieldsOf(one, path, ['topic', 'partition', 'timestamp', 'metadata'])
    return { ...partitionOf(fields, path), timestampMs: requireTime(fields.timestamp, `${path}.timestamp`) }
  })
}

/** ISO 8601, or seconds since 1970, as Jackson reads them. */
export function requireTime(value: Json | undefined, path: string): number {
  const ms = typeof value === 'number' ? value * msPerSecond : Date.parse(requireText(value, path))
  if (Number.isFinite(ms)) return Math.round(ms)
  throw new ProxyError(400, 400, `${path} is ${JSON.stringify(value)}; use a time such as 2026-01-31T12:00:00Z`)
}

const msPerSecond = 1_000

function nothing(): Response {
  return new Response(null, { status: 204 })
}
