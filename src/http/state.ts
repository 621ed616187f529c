/** What Blink is and holds, as JSON: `/version`, `/health`, `/dump`, `/allocated`. */
import type { AnyGroup } from '../coordinator/any-group.ts'
import type { Offsets } from '../coordinator/offsets.ts'
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import type { Topic } from '../topics/topics.ts'
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { anyJson, byName, flag, integer, list, nullable, object, text } from './schema.ts'

/** Whether Blink serves yet, and if not, what it waits for. */
export interface Health {
  readonly ready: boolean
  readonly waitingFor: readonly string[]
}

const tag = 'Broker'

const allocated = object({
  stored_bytes: integer(),
  max_memory: integer(),
  process: byName(integer()),
})

const dump = object({
  topics: list(
    object({
      name: text(),
      id: text(),
      is_internal: flag(),
      partitions: list(
        object({
          partition: integer(),
          start_offset: integer(),
          high_watermark: integer(),
          leader_epoch: integer(),
          bytes: integer(),
        }),
      ),
    }),
  ),
  groups: list(
    object({
      group: text(),
      state: text(),
      generation: integer(),
      protocol_type: nullable(text()),
      protocol: nullable(text()),
      members: list(anyJson('A member: id, instance_id, client_id, client_host.')),
      offsets: list(object({ topic: text(), partition: integer(), offset: integer(), metadata: nullable(text()) })),
    }),
  ),
})

const shownVersion = object({
  name: text(),
  version: text(),
  node: text(),
  platform: text(),
  cluster_id: text(),
  brokers: list(object({ id: integer(), port: integer() })),
})

export interface StateParts {
  readonly cluster: Cluster
  readonly version: string
  readonly health: () => Health
}

export function stateRoutes({ cluster, version, health }: StateParts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/dump',
      tag,
      summary: 'All topics and groups: everything but the records themselves.',
      answer: json(dump, 'What there is.'),
      handle: () => showDump(cluster),
    }),
    route({
      method: 'GET',
      path: '/allocated',
      tag,
      summary: 'The memory of the process, and how much of it records take.',
      answer: json(allocated, 'In bytes.'),
      handle: () => showAllocated(cluster),
    }),
    route({
      method: 'GET',
      path: '/version',
      tag,
      summary: 'What runs here.',
      answer: json(shownVersion, 'Versions, and the brokers of the cluster.'),
      handle: () => showVersion(version, cluster),
    }),
    route({
      method: 'GET',
      path: '/health',
      tag,
      summary: 'Whether the broker serves.',
      answer: json(object({ status: text() }), 'It does.'),
      errors: { 503: 'It does not yet; `waiting_for` says why.' },
      handle: () => showHealth(health()),
    }),
  ]
}

export function showHealth({ ready, waitingFor }: Health) {
  if (ready) return { status: 'ok' }
  throw new HttpError(503, 'not_ready', `waiting for ${waitingFor.join(', ')}`, { waiting_for: waitingFor })
}

export function showVersion(version: string, { id, nodes }: Cluster) {
  return {
    name: 'blink',
    version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cluster_id: id,
    brokers: nodes.map(({ id, port }) => ({ id, port })),
  }
}

/** Everything but the records themselves. */
export function showDump({ topics, groups }: Cluster) {
  return {
    topics: [...topics.all()].map(showTopic),
    groups: [...groups.all()].map((group) => showGroup(group, groups.offsets(group.id))),
  }
}

function showTopic({ name, id, isInternal, partitions }: Topic<Partition>) {
  return {
    name,
    id,
    is_internal: isInternal,
    partitions: partitions.map(({ index, logStartOffset, highWatermark, leaderEpoch, byteLength }) => ({
      partition: index,
      start_offset: logStartOffset,
      high_watermark: highWatermark,
      leader_epoch: leaderEpoch,
      bytes: byteLength,
    })),
  }
}

function showGroup(group: AnyGroup, offsets: Offsets | undefined) {
  const { id, state, type, generation, protocolType, protocolName } = group
  const committed = [...(offsets?.topics() ?? [])].flatMap(([topic, byPartition]) =>
    [...byPartition].map(([partition, { offset, metadata }]) => ({ topic, partition, offset, metadata })),
  )
  return {
    group: id,
    state,
    type,
    generation,
    protocol_type: protocolType,
    protocol: protocolName,
    members: group.shownMembers().map(({ id, instanceId, clientId, clientHost }) => ({
      id,
      instance_id: instanceId,
      client_id: clientId,
      client_host: clientHost,
    })),
    offsets: committed,
  }
}

/** The memory of the process beside the bytes of records in it. */
export function showAllocated({ memory }: Cluster) {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage()
  return {
    stored_bytes: memory.storedBytes,
    max_memory: memory.bytesMax,
    process: { rss, heap_total: heapTotal, heap_used: heapUsed, external, array_buffers: arrayBuffers },
  }
}
