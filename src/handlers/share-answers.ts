/** What answers to ShareFetch and ShareAcknowledge have in common. */
import { FENCED_LEADER_EPOCH, type KafkaError, NONE, NOT_LEADER_OR_FOLLOWER } from '../protocol/errors.ts'
import type { TopicIdPartition } from '../share/share-sessions.ts'
import type { Context } from './handler.ts'
import { leaderOf } from './nodes.ts'

export const envelope = {
  throttleTimeMs: 0,
  errorCode: NONE.code,
  errorMessage: null,
  acquisitionLockTimeoutMs: 0,
  responses: [],
  nodeEndpoints: [],
}
export const unknownLeader = { leaderId: 0, leaderEpoch: 0 }

/** Whom to ask in our place; told only where that is what went wrong. */
export function leaderAfter(error: KafkaError, { topicId, partition }: TopicIdPartition, { cluster }: Context) {
  const topic = cluster.topics.byId(topicId)
  const log = topic?.partitions[partition]
  const tellsLeader = error.is(NOT_LEADER_OR_FOLLOWER) || error.is(FENCED_LEADER_EPOCH)
  if (!tellsLeader || topic === undefined || log === undefined) return unknownLeader
  return { leaderId: leaderOf(topic, partition), leaderEpoch: log.leaderEpoch }
}
