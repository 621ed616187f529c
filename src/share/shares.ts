/** All that is kept of what share groups read: stored progress, share partitions in use, sessions of members. */
import type { Clock } from '../base/clock.ts'
import type { GivenUp, ShareLimits } from './share-partition.ts'
import { SharePartitions } from './share-partitions.ts'
import { type Member, ShareSessions, type TopicIdPartition } from './share-sessions.ts'
import { type ShareKey, ShareStates } from './share-states.ts'

export interface SharesOptions {
  readonly clock: Clock
  /** Of a group, read anew at each use. */
  readonly limits: (groupId: string) => ShareLimits
  /** group.share.max.share.sessions; read anew at each use. */
  readonly sessionsMax: () => number
  /** Told of records that a group gives up. */
  readonly giveUp: (key: ShareKey, records: readonly GivenUp[]) => void
}

export class Shares {
  readonly states = new ShareStates()
  readonly partitions: SharePartitions
  readonly sessions: ShareSessions

  constructor({ clock, limits, sessionsMax, giveUp }: SharesOptions) {
    const { states } = this
    this.partitions = new SharePartitions({ clock, states, limits, giveUp })
    this.sessions = new ShareSessions({
      sessionsMax,
      release: (member, partitions) => this.#release(member, partitions),
      forgetGroup: (groupId) => this.partitions.forgetGroup(groupId),
    })
  }

  /** What the group came to with a topic; whether there was anything. */
  forget(groupId: string, topicId: string): boolean {
    for (const partition of this.states.ofGroup(groupId).get(topicId)?.keys() ?? []) {
      this.partitions.forget({ groupId, topicId, partition })
    }
    return this.states.delete(groupId, topicId)
  }

  forgetTopic(topicId: string): void {
    this.partitions.forgetTopic(topicId)
    this.states.deleteTopic(topicId)
  }

  forgetGroup(groupId: string): void {
    this.partitions.forgetGroup(groupId)
    this.states.deleteGroup(groupId)
  }

  clear(): void {
    this.sessions.clear()
    this.partitions.clear()
    this.states.clear()
  }

  #release({ groupId, memberId }: Member, partitions: readonly TopicIdPartition[]): void {
    for (const { topicId, partition } of partitions) {
      this.partitions.get({ groupId, topicId, partition })?.release(memberId)
    }
  }
}
