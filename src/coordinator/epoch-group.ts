/**
 * What groups have in common whose members are assigned to by the broker: a group epoch in the place of a generation,
 * and members that are told apart by their ids alone.
 */
import type { AssignedTopic } from '../protocol/consumer-protocol.ts'
import type { ShownMember } from './any-group.ts'

interface Member {
  readonly id: string
  /** Undefined where no member is static. */
  readonly instanceId?: string | null
  readonly clientId: string
  readonly clientHost: string
}

export abstract class EpochGroup<M extends Member> {
  readonly id: string
  readonly members = new Map<string, M>()
  /** Begins with 1: a member that has reached no target yet has an epoch all the same. */
  epoch = 1

  constructor(id: string) {
    this.id = id
  }

  get generation(): number {
    return this.epoch
  }
  get memberCount(): number {
    return this.members.size
  }
  get isEmpty(): boolean {
    return this.members.size === 0
  }

  shownMembers(): readonly ShownMember[] {
    return [...this.members.values()].map((member) => ({
      id: member.id,
      instanceId: member.instanceId ?? null,
      clientId: member.clientId,
      clientHost: member.clientHost,
      isLeader: false,
      assignment: this.topicsOf(member),
    }))
  }

  /** What a member reads. */
  protected abstract topicsOf(member: M): readonly AssignedTopic[]
}
