/** How far share groups have read: where each begins, and how many records it has not come to an end with (KIP-932). */
import { errorOf, NONE } from '../protocol/errors.ts'
import { describeShareGroupOffsets } from '../protocol/messages/describe-share-group-offsets.ts'
import { refusal } from './client-error.ts'
import type { Position } from './fetcher.ts'
import type { KafkaClient } from './kafka-client.ts'

export interface ShareOffset extends Position {
  /** Null where the broker does not tell. */
  readonly lag: number | null
}

/** Of partitions that the group has come to anything with. */
export function shareOffsets(client: KafkaClient, group: string): Promise<ShareOffset[]> {
  return client.retrying(async () => {
    const coordinator = await client.coordinator(group)
    const asked = { groups: [{ groupId: group, topics: null }] }
    const { errorCode, errorMessage, topics } = (await coordinator.request(describeShareGroupOffsets, asked)).groups[0]!
    const error = errorOf(errorCode)
    if (!error.is(NONE)) throw refusal(`group ${group}`, error, errorMessage)
    return topics.flatMap(({ topicName: topic, partitions }) =>
      partitions
        .filter(({ startOffset }) => startOffset >= 0)
        .map(({ partitionIndex: partition, startOffset: offset, lag }) => {
          return { topic, partition, offset, lag: lag < 0 ? null : lag }
        }),
    )
  })
}
