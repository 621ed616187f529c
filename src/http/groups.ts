/** Consumer groups: who reads what, how far each has read, and where it is to go on. */

import type { AnyGroup } from '../coordinator/any-group.ts'
import type { Offsets } from '../coordinator/offsets.ts'
import deleteGroups from '../handlers/delete-groups.ts'
import type { Cluster } from '../handlers/handler.ts'
import { coordinatorOfKey } from '../handlers/moves.ts'
import { GROUP_ID_NOT_FOUND } from '../protocol/errors.ts'
import { deleteGroups as deleteGroupsApi } from '../protocol/messages/delete-groups.ts'
import { ask, coordinator, throwIfRefused } from './broker-calls.ts'
import { fromKafka } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { described, flag, integer, list, named, nullable, object, text } from './schema.ts'

export const tag = 'Groups'
export const unknownGroup = { 404: 'There is no such group.' }

export const groupOffset = named(
  'GroupOffset',
  object({
    topic: text(),
    partition: integer(),
    committed_offset: described(
      nullable(integer()),
      'Null where nothing is committed; of a share group, where it begins to read.',
    ),
    metadata: nullable(text()),
    log_end_offset: described(nullable(integer()), 'Null where the partition is gone.'),
    lag: described(nullable(integer()), 'Records that are not read yet.'),
    member_id: described(nullable(text()), 'Who reads the partition.'),
  }),
)

const shownMember = object({
  id: text(),
  instance_id: nullable(text()),
  client_id: text(),
  client_host: text(),
  is_leader: flag(),
  assignment: nullable(list(object({ topic: text(), partitions: list(integer()) }))),
})

const summary = {
  group: text(),
  state: text(),
  type: text(),
  protocol_type: nullable(text()),
  protocol: nullable(text()),
  lag: described(integer(), 'Of all partitions for which offsets are committed.'),
}
const shownGroup = named('Group', object({ ...summary, members: described(integer(), 'How many.') }))
const groupDetail = named(
  'GroupDetail',
  object({
    ...summary,
    generation: integer(),
    coordinator: integer(),
    members: list(shownMember),
    offsets: list(groupOffset),
  }),
)

export function groupRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/groups',
      tag,
      summary: 'All groups, in the order of their creation.',
      answer: json(object({ groups: list(shownGroup) }), 'The groups.'),
      handle: () => ({ groups: [...cluster.groups.all()].map((group) => showGroup(group, cluster)) }),
    }),
    route({
      method: 'GET',
      path: '/groups/:group',
      tag,
      summary: 'A group: its members and their shares, its offsets and its lag.',
      answer: json(groupDetail, 'The group.'),
      errors: unknownGroup,
      handle: ({ params }) => showDetail(groupNamed(params.group, cluster), cluster),
    }),
    route({
      method: 'DELETE',
      path: '/groups/:group',
      tag,
      summary: 'Deletes a group without members, and its offsets.',
      answer: json(object({ deleted: text() }), 'Its name.'),
      errors: { ...unknownGroup, 409: 'It has members.' },
      handle: async ({ params }) => {
        const { id } = groupNamed(params.group, cluster)
        const { results } = await ask(
          cluster,
          deleteGroups,
          deleteGroupsApi,
          { groupsNames: [id] },
          coordinator(cluster, id),
        )
        throwIfRefused(results[0]!.errorCode, null, `group ${JSON.stringify(id)} has members`)
        return { deleted: id }
      },
    }),
  ]
}

export function groupNamed(id: string, { groups }: Cluster): AnyGroup {
  const group = groups.get(id)
  if (group !== undefined) return group
  throw fromKafka(GROUP_ID_NOT_FOUND.because(`group ${JSON.stringify(id)} does not exist`))
}

function showGroup(group: AnyGroup, cluster: Cluster) {
  const { id, state, type, protocolType, protocolName, memberCount } = group
  const offsets = showOffsets(group, cluster)
  return {
    group: id,
    state,
    type,
    protocol_type: protocolType,
    protocol: protocolName,
    members: memberCount,
    lag: offsets.reduce((sum, { lag }) => sum + (lag ?? 0), 0),
  }
}

function showDetail(group: AnyGroup, cluster: Cluster) {
  const { id, generation } = group
  return {
    ...showGroup(group, cluster),
    generation,
    coordinator: coordinatorOfKey(id, cluster).id,
    members: group.shownMembers().map((member) => ({
      id: member.id,
      instance_id: member.instanceId,
      client_id: member.clientId,
      client_host: member.clientHost,
      is_leader: member.isLeader,
      assignment: member.assignment,
    })),
    offsets: showOffsets(group, cluster),
  }
}

/** Of what is committed, and of what members read without having committed. */
export function showOffsets(group: AnyGroup, cluster: Cluster) {
  if (group.type === 'share') return showShareOffsets(group, cluster)
  const { groups, topics } = cluster
  const readers = readersOf(group)
  const committed = groups.offsets(group.id)
  const places = new Set([...readers.keys(), ...committedPlaces(committed)])
  return [...places].map((place) => {
    const [topic, partition] = JSON.parse(place) as [string, number]
    const { offset = null, metadata = null } = committed?.get(topic, partition) ?? {}
    const log = topics.get(topic)?.partitions[partition]
    const end = log?.highWatermark ?? null
    return {
      topic,
      partition,
      committed_offset: offset,
      metadata,
      log_end_offset: end,
      lag: offset === null || end === null ? null : Math.max(0, end - Math.max(offset, log!.logStartOffset)),
      member_id: readers.get(place) ?? null,
    }
  })
}

/** Of what is stored of a share group. Several members may read a partition: none is named. */
function showShareOffsets({ id: groupId }: AnyGroup, { shares, topics }: Cluster) {
  return [...shares.states.ofGroup(groupId)].flatMap(([topicId, partitions]) => {
    const topic = topics.byId(topicId)
    return [...partitions].flatMap(([partition, { startOffset, deliveryCompleteCount }]) => {
      const end = topic?.partitions[partition]?.highWatermark
      if (topic === undefined || end === undefined) return []
      const isKnown = startOffset !== -1 && deliveryCompleteCount !== -1
      return {
        topic: topic.name,
        partition,
        committed_offset: startOffset === -1 ? null : startOffset,
        metadata: null,
        log_end_offset: end,
        lag: isKnown ? end - startOffset - deliveryCompleteCount : null,
        member_id: null,
      }
    })
  })
}

/** Member ids by the place they read. */
function readersOf(group: AnyGroup): ReadonlyMap<string, string> {
  const readers = new Map<string, string>()
  for (const { id, assignment } of group.shownMembers()) {
    for (const { topic, partitions } of assignment ?? []) {
      for (const partition of partitions) readers.set(placeOf(topic, partition), id)
    }
  }
  return readers
}

function committedPlaces(offsets: Offsets | undefined): string[] {
  return [...(offsets?.topics() ?? [])].flatMap(([topic, byPartition]) =>
    [...byPartition.keys()].map((partition) => placeOf(topic, partition)),
  )
}

function placeOf(topic: string, partition: number): string {
  return JSON.stringify([topic, partition])
}
