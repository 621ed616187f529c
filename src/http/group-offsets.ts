/** How far a group has read: shown, set to a place, forgotten. As Kafka's tools, it is set only while nobody reads. */

import type { Cluster } from '../handlers/handler.ts'
import commitOffsets from '../handlers/offset-commit.ts'
import deleteOffsets from '../handlers/offset-delete.ts'
import type { Partition } from '../log/partition.ts'
import { NON_EMPTY_GROUP } from '../protocol/errors.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import { ask, coordinator, throwIfRefused } from './broker-calls.ts'
import { fromKafka, wrongField } from './errors.ts'
import { partitionOf, topicNamed } from './found.ts'
import { groupNamed, groupOffset, showOffsets, tag, unknownGroup } from './groups.ts'
import { partitionMax } from './record-json.ts'
import { json, type Route, route } from './route.ts'
import {
  choice,
  described,
  fields,
  flag,
  integer,
  list,
  name,
  nullable,
  type Out,
  object,
  oneOf,
  optional,
  orElse,
  text,
  wholeNumber,
} from './schema.ts'

const path = '/groups/:group/offsets'
const offsetsMax = Number.MAX_SAFE_INTEGER
const topicName = name('the name of a topic')
const partition = wholeNumber({ max: partitionMax })

const placeNames = choice('earliest', 'latest')
const placeRemedy = 'use "earliest", "latest", { "timestamp": … }, { "offset": … } or { "shift": … }'
const place = fields(
  {
    timestamp: optional(wholeNumber({ max: offsetsMax })),
    offset: optional(wholeNumber({ max: offsetsMax })),
    shift: optional(
      described(wholeNumber({ min: -offsetsMax, max: offsetsMax }), 'So many on, or back where negative.'),
    ),
  },
  placeRemedy,
)
const anyPlace = oneOf([placeNames, place], (input) => (typeof input === 'string' ? placeNames : place))

const someTopics = list(
  fields({ topic: topicName, partitions: optional(list(partition)) }, 'use { "topic": …, "partitions": [ … ] }'),
  'use a list of { "topic": … }',
)
const exact = fields({ topic: topicName, partition, offset: wholeNumber({ max: offsetsMax }) })

const reset = fields({
  to: optional(described(anyPlace, `Where the group is to go on: ${placeRemedy}.`)),
  topics: optional(described(someTopics, 'Those whose offsets are committed, if not said.')),
  offsets: optional(described(list(exact), 'Each by itself, in place of `to` and `topics`.')),
  dry_run: orElse(described(flag(), 'Says what would be, and changes nothing.'), false),
})

const changed = object({ topic: text(), partition: integer(), from: nullable(integer()), to: integer() })

/** Of one partition. */
interface Target {
  readonly partition: Partition
  readonly to: number
}

export function groupOffsetRoutes(cluster: Cluster): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      tag,
      summary: 'How far a group has read, and how far there is to go.',
      answer: json(object({ group: text(), offsets: list(groupOffset) }), 'By partition.'),
      errors: unknownGroup,
      handle: ({ params }) => {
        const group = groupNamed(params.group, cluster)
        return { group: group.id, offsets: showOffsets(group, cluster) }
      },
    }),
    route({
      method: 'PUT',
      path,
      tag,
      summary: 'Sets where a group goes on, while it has no members. A group that is not there is made.',
      body: { schema: reset },
      answer: json(object({ group: text(), offsets: list(changed) }), 'What changed, or would.'),
      errors: { 404: 'There is no such topic or partition.', 409: 'The group has members.' },
      handle: async ({ params, body }) => ({
        group: params.group,
        offsets: await resetOffsets(params.group, body, cluster),
      }),
    }),
    forgetRoute(cluster),
  ]
}

function forgetRoute(cluster: Cluster): Route {
  return route({
    method: 'DELETE',
    path,
    tag,
    summary: 'Forgets how far a group has read of topics that none of its members reads.',
    body: { schema: fields({ topics: someTopics }) },
    answer: json(
      object({ group: text(), deleted: list(object({ topic: text(), partition: integer() })) }),
      'What was forgotten.',
    ),
    errors: { 404: 'There is no such group, topic or partition.', 409: 'A member reads the topic.' },
    handle: async ({ params, body }) => {
      const { id } = groupNamed(params.group, cluster)
      const deleted = body.topics.flatMap((asked) => partitionsOf(asked, cluster))
      const topics = deleted.map(({ topic, index }) => ({ name: topic, partitions: [{ partitionIndex: index }] }))
      const answer = await ask(cluster, deleteOffsets, offsetDelete, { groupId: id, topics }, coordinator(cluster, id))
      throwIfRefused(answer.errorCode)
      for (const topic of answer.topics) for (const { errorCode } of topic.partitions) throwIfRefused(errorCode)
      return { group: id, deleted: deleted.map(({ topic, index }) => ({ topic, partition: index })) }
    },
  })
}

async function resetOffsets(groupId: string, asked: Out<typeof reset>, cluster: Cluster) {
  const group = cluster.groups.get(groupId)
  if (group !== undefined && !group.isEmpty) {
    const count = `${group.memberCount} member(s)`
    throw fromKafka(NON_EMPTY_GROUP.because(`group ${JSON.stringify(groupId)} has ${count}`))
  }
  const targets = targetsOf(groupId, asked, cluster)
  const offsets = cluster.groups.offsets(groupId)
  const changes = targets.map(({ partition: { topic, index }, to }) => {
    return { topic, partition: index, from: offsets?.get(topic, index)?.offset ?? null, to }
  })
  if (!asked.dry_run) await commit(groupId, targets, cluster)
  return changes
}

function targetsOf(
  groupId: string,
  { to, topics, offsets, dry_run: _ }: Out<typeof reset>,
  cluster: Cluster,
): Target[] {
  if (offsets !== undefined) {
    if (to !== undefined || topics !== undefined)
      throw wrongField('offsets', 'is given beside to or topics; use one way')
    return offsets.map(({ topic, partition, offset }) => {
      const found = partitionOf(topicNamed(topic, cluster), partition)
      return { partition: found, to: within(found, offset) }
    })
  }
  if (to === undefined) throw wrongField('to', `is missing; ${placeRemedy}`)
  const partitions =
    topics === undefined ? committedTo(groupId, cluster) : topics.flatMap((one) => partitionsOf(one, cluster))
  if (partitions.length === 0) throw wrongField('topics', 'is missing, and nothing is committed; use [{ "topic": … }]')
  return partitions.map((partition) => ({ partition, to: placeIn(partition, to, groupId, cluster) }))
}

function partitionsOf({ topic, partitions }: Out<typeof someTopics>[number], cluster: Cluster): readonly Partition[] {
  const found = topicNamed(topic, cluster)
  return partitions === undefined ? found.partitions : partitions.map((index) => partitionOf(found, index))
}

function committedTo(groupId: string, { groups, topics }: Cluster): Partition[] {
  return [...(groups.offsets(groupId)?.topics() ?? [])].flatMap(([topic, byPartition]) =>
    [...byPartition.keys()].flatMap((index) => topics.get(topic)?.partitions[index] ?? []),
  )
}

function placeIn(partition: Partition, to: Out<typeof anyPlace>, groupId: string, { groups }: Cluster): number {
  const { logStartOffset, highWatermark, topic, index } = partition
  if (to === 'earliest') return logStartOffset
  if (to === 'latest') return highWatermark
  const { timestamp, offset, shift } = to
  if ([timestamp, offset, shift].filter((one) => one !== undefined).length !== 1) {
    throw wrongField('to', `is ${JSON.stringify(to)}; ${placeRemedy}`)
  }
  if (timestamp !== undefined) {
    const found = partition.offsetFor(timestamp).offset
    return found === -1 ? highWatermark : found
  }
  const committed = groups.offsets(groupId)?.get(topic, index)?.offset ?? logStartOffset
  return within(partition, offset ?? committed + shift!)
}

/** As Kafka's tool does. */
function within({ logStartOffset, highWatermark }: Partition, offset: number): number {
  return Math.min(Math.max(offset, logStartOffset), highWatermark)
}

async function commit(groupId: string, targets: readonly Target[], cluster: Cluster): Promise<void> {
  const topics = targets.map(({ partition: { topic, index }, to }) => {
    const { id } = topicNamed(topic, cluster)
    const committed = { partitionIndex: index, committedOffset: to, committedLeaderEpoch: -1, committedMetadata: '' }
    return { name: topic, topicId: id, partitions: [committed] }
  })
  const request = { groupId, generationIdOrMemberEpoch: -1, topics }
  const answer = await ask(cluster, commitOffsets, offsetCommit, request, coordinator(cluster, groupId))
  for (const topic of answer.topics) for (const { errorCode } of topic.partitions) throwIfRefused(errorCode)
}
