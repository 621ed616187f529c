/**
 * A member of a consumer group, as it is after its last heartbeat: a value that is replaced, not changed, and written
 * down as it stands.
 */
import type { Protocol } from '../requests.ts'
import { type Held, nothingHeld } from './partitions.ts'

/** What it does about its target: it has it, still has to give partitions up, or waits for others to do so. */
export type Reconciling = 'stable' | 'unrevoked' | 'unreleased'

/** The epoch of a static member that is away, and will be back. */
export const awayEpoch = -2
export const leaveEpoch = -1

export interface ConsumerMember {
  readonly id: string
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  /** In order, each once. */
  readonly topicNames: readonly string[]
  /** Empty: none. */
  readonly topicPattern: string
  /** The server's assignor that it prefers. */
  readonly assignor: string | null
  /** What it said as it joined by the classic protocol; null: it speaks the new one. */
  readonly classic: ClassicSide | null
  readonly epoch: number
  readonly previousEpoch: number
  readonly reconciling: Reconciling
  readonly assigned: Held
  /** Taken from it, and not given up yet. */
  readonly revoking: Held
}

export interface ClassicSide {
  readonly sessionTimeoutMs: number
  readonly protocols: readonly Protocol[]
}

export function newMember(id: string): ConsumerMember {
  return {
    id,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    topicNames: [],
    topicPattern: '',
    assignor: null,
    classic: null,
    epoch: 0,
    previousEpoch: -1,
    reconciling: 'stable',
    assigned: nothingHeld,
    revoking: nothingHeld,
  }
}

export function hasPattern({ topicPattern }: ConsumerMember): boolean {
  return topicPattern !== ''
}

type Reconciler = Pick<ConsumerMember, 'reconciling' | 'epoch'>

export function isReconciledTo({ reconciling, epoch }: Reconciler, targetEpoch: number): boolean {
  return reconciling === 'stable' && epoch === targetEpoch
}

export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at])
}
