/** What tests of the group handlers begin with: topics that exist, and a member in a stable group. */
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import type { TestBroker } from './broker.ts'
import { subscription } from './play.ts'

export interface Membership {
  readonly memberId: string
  readonly generationId: number
}

export interface Joining {
  readonly groupId: string
  readonly topics?: readonly string[]
  readonly groupInstanceId?: string
  readonly protocolType?: string
}

/** A request to join with one protocol, as a member that has no id yet. */
export function joining({ groupId, topics = [], groupInstanceId, protocolType = 'consumer' }: Joining) {
  return {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 60_000,
    protocolType,
    groupInstanceId: groupInstanceId ?? null,
    protocols: [{ name: 'range', metadata: subscription(topics) }],
  }
}

/** The only member of a group, all by itself in generation 1. */
export async function onlyMember(broker: TestBroker, asked: Joining): Promise<Membership> {
  const version = asked.groupInstanceId === undefined ? 3 : 5
  const { memberId, generationId } = await broker.request(joinGroup, version, joining(asked))
  const { groupId, groupInstanceId = null } = asked
  const assignments = [{ memberId, assignment: Buffer.from('share') }]
  await broker.request(syncGroup, 3, { groupId, memberId, generationId, groupInstanceId, assignments })
  return { memberId, generationId }
}

export async function createTopic(broker: TestBroker, name: string, numPartitions = 1): Promise<string> {
  const topic = { name, numPartitions, replicationFactor: -1, assignments: [], configs: [] }
  const { topics } = await broker.request(createTopics, 7, { topics: [topic], timeoutMs: 1000 })
  return topics[0]!.topicId
}
