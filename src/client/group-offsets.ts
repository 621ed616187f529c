/** How far groups have read: committed offsets, read, set and forgotten. */
import { ZERO_UUID } from '../base/bytes.ts'
import { errorOf, type KafkaError, NONE } from '../protocol/errors.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import { byTopic } from './by-leader.ts'
import { refusal } from './client-error.ts'
import type { Position } from './fetcher.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'

/** The last version that names topics instead of giving their ids. */
const newest = 9

/** Who commits; nobody in particular may only while the group has no members. */
export interface Committer {
  readonly memberId: string
  readonly generation: number
}
const nobody: Committer = { memberId: '', generation: -1 }

/** Those that are committed of these partitions, or of all. */
export function committedOffsets(
  client: KafkaClient,
  group: string,
  partitions: readonly TopicPartition[] | null = null,
): Promise<Position[]> {
  const asked = partitions === null ? null : [...byTopic(partitions)]
  const topics = asked?.map(([name, all]) => ({
    name,
    topicId: ZERO_UUID,
    partitionIndexes: all.map(({ partition }) => partition),
  }))
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const wanted = { groupId: group, memberId: null, memberEpoch: -1, topics: topics ?? null }
    const message = { groupId: group, topics: topics ?? null, groups: [wanted], requireStable: false }
    const answer = await coordinator.request(offsetFetch, message, { newest })
    const told = answer.groups[0] ?? answer
    refuse(group, errorOf(told.errorCode))
    return told.topics.flatMap(({ name, partitions: all }) =>
      all.flatMap(({ partitionIndex, committedOffset, errorCode }) => {
        refuse(group, errorOf(errorCode))
        return committedOffset < 0 ? [] : [{ topic: name, partition: partitionIndex, offset: committedOffset }]
      }),
    )
  })
}

export function commitOffsets(
  client: KafkaClient,
  group: string,
  positions: readonly Position[],
  { memberId, generation }: Committer = nobody,
): Promise<void> {
  const topics = [...byTopic(positions)].map(([name, all]) => ({
    name,
    topicId: ZERO_UUID,
    partitions: all.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: '',
    })),
  }))
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const message = { groupId: group, generationIdOrMemberEpoch: generation, memberId, topics }
    const answer = await coordinator.request(offsetCommit, message, { newest })
    refuseFirst(group, answer.topics)
  })
}

export function forgetOffsets(client: KafkaClient, group: string, partitions: readonly TopicPartition[]) {
  const topics = [...byTopic(partitions)].map(([name, all]) => ({
    name,
    partitions: all.map(({ partition }) => ({ partitionIndex: partition })),
  }))
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const answer = await coordinator.request(offsetDelete, { groupId: group, topics })
    refuse(group, errorOf(answer.errorCode))
    refuseFirst(group, answer.topics)
  })
}

interface Told {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
}

function refuseFirst(group: string, topics: readonly Told[]): void {
  for (const { name, partitions } of topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      refuse(`${group}, partition ${partitionIndex} of ${name}`, errorOf(errorCode))
    }
  }
}

function refuse(group: string, error: KafkaError): void {
  if (!error.is(NONE)) throw refusal(`group ${group}`, error)
}
