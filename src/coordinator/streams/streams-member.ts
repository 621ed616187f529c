/**
 * A member of a streams group, as it is after its last heartbeat: a value that is replaced, not changed.
 */
import type { Reconciling } from '../consumer/consumer-member.ts'
import { type HeldTasks, noHeldTasks } from './tasks.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface TaskOffset {
  readonly subtopologyId: string
  readonly partition: number
  readonly offset: number
}

/** What it says of itself: whatever changes in it may change who is to have which tasks. */
export interface Profile {
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly topologyEpoch: number
  /** Members of one process share what is stored there. */
  readonly processId: string
  /** Where the process answers queries about its state. */
  readonly userEndpoint: Endpoint | null
  readonly clientTags: readonly Tag[]
}

export interface StreamsMember extends Profile {
  readonly id: string
  readonly epoch: number
  readonly previousEpoch: number
  readonly reconciling: Reconciling
  readonly assigned: HeldTasks
  /** Taken from it, and not given up yet. */
  readonly revoking: HeldTasks
  /** How far its copies of the state are, and how far they could be. */
  readonly taskOffsets: readonly TaskOffset[]
  readonly taskEndOffsets: readonly TaskOffset[]
}

export function newMember(id: string): StreamsMember {
  return {
    id,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    topologyEpoch: -1,
    processId: '',
    userEndpoint: null,
    clientTags: [],
    epoch: 0,
    previousEpoch: -1,
    reconciling: 'stable',
    assigned: noHeldTasks,
    revoking: noHeldTasks,
    taskOffsets: [],
    taskEndOffsets: [],
  }
}

const lastingFields = ['instanceId', 'rackId', 'topologyEpoch', 'processId', 'clientTags'] as const
const passingFields = ['clientId', 'clientHost', 'rebalanceTimeoutMs', 'userEndpoint'] as const

/** Of a static member, which may come back from elsewhere, less is looked at, as in Kafka. */
export function hasSameProfile(a: Profile, b: Profile): boolean {
  const fields = b.instanceId === null ? [...lastingFields, ...passingFields] : lastingFields
  return fields.every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]))
}
