/** The assignors that a consumer group may choose from, by Kafka's names. */
import type { BrokerConfig } from '../../configs/broker-config.ts'
import { listOf } from '../../configs/config-values.ts'
import { rangeShares } from './range-assignor.ts'
import type { Target } from './partitions.ts'
import { uniformShares } from './uniform-assignor.ts'

/** What an assignor knows of a member. */
export interface Subscriber {
  readonly id: string
  readonly instanceId: string | null
  /** Of topics that are there. */
  readonly topicIds: ReadonlySet<string>
  /** What it was to have before. */
  readonly target: Target
}

export interface Assignable {
  readonly members: readonly Subscriber[]
  /** All of them read the same topics. */
  readonly isHomogeneous: boolean
  readonly partitionCount: (topicId: string) => number
}

/** By member id; who is not named gets nothing. */
export type Shares = ReadonlyMap<string, Target>

export const serverAssignors: ReadonlyMap<string, (group: Assignable) => Shares> = new Map([
  ['uniform', uniformShares],
  ['range', rangeShares],
])

/** Those that are on (group.consumer.assignors); the first is the default. */
export function assignorsOn(config: BrokerConfig): readonly string[] {
  return listOf(config.get('group.consumer.assignors')!)
}

/** The one that most members ask for. */
export function preferredAssignor(members: Iterable<{ readonly assignor: string | null }>, standard: string): string {
  const votes = new Map<string, number>()
  for (const { assignor } of members) {
    if (assignor !== null) votes.set(assignor, (votes.get(assignor) ?? 0) + 1)
  }
  const [first] = [...votes].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? standard
}
