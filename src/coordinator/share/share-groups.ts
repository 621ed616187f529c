/** All share groups: which there are, and what comes of a heartbeat to one of them. */
import { GROUP_ID_NOT_FOUND, KafkaError, UNKNOWN_MEMBER_ID } from '../../protocol/errors.ts'
import type { GroupRegistry } from '../group-registry.ts'
import { type Beat, type BeatAnswer, ShareGroup, type ShareGroupHost } from './share-group.ts'

export class ShareGroups {
  readonly #registry: GroupRegistry
  readonly #host: ShareGroupHost

  constructor(registry: GroupRegistry, host: ShareGroupHost) {
    this.#registry = registry
    this.#host = host
  }

  get(groupId: string): ShareGroup | undefined {
    return this.#registry.as(ShareGroup, groupId)
  }

  find(groupId: string): ShareGroup | KafkaError {
    return this.#registry.find(ShareGroup, 'share', groupId)
  }

  /** The group that has, or would have, this id; a new one is not there yet. */
  findOrMake(groupId: string): ShareGroup | KafkaError {
    const group = this.#registry.get(groupId)
    if (group === undefined) return new ShareGroup(groupId, this.#host)
    return group instanceof ShareGroup ? group : this.find(groupId)
  }

  beat(groupId: string, beat: Beat): BeatAnswer | KafkaError {
    const mayMake = beat.memberEpoch === 0
    if (!mayMake && this.#registry.hasLost(groupId, beat.memberId)) return UNKNOWN_MEMBER_ID
    if (!mayMake && this.#registry.get(groupId) === undefined) {
      return GROUP_ID_NOT_FOUND.because(`Share group ${groupId} not found.`)
    }
    const group = this.findOrMake(groupId)
    if (group instanceof KafkaError) return group
    const kept = this.keep(group)
    return kept instanceof KafkaError ? kept : kept.beat(beat)
  }

  /** From now on it is there. */
  keep(group: ShareGroup): ShareGroup | KafkaError {
    return this.#registry.get(group.id) === group ? group : this.#registry.add(group)
  }
}
