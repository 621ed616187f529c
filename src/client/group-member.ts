/**
 * A member of a classic consumer group: joins, takes its share of the partitions, says that it is alive, commits, joins
 * again when the group rebalances, and leaves.
 *
 * Not done: groups whose assignment the broker computes (KIP-848), static members.
 */
import {
  consumerProtocolType,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  placesOf,
} from '../protocol/consumer-protocol.ts'
import {
  errorOf,
  ILLEGAL_GENERATION,
  type KafkaError,
  MEMBER_ID_REQUIRED,
  NONE,
  REBALANCE_IN_PROGRESS,
  UNKNOWN_MEMBER_ID,
} from '../protocol/errors.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import type { Value } from '../protocol/schema.ts'
import { type AssignorName, assignors } from './assignors.ts'
import { nameOf } from './by-leader.ts'
import { ClientError, refusal } from './client-error.ts'
import type { Connection } from './connection.ts'
import type { Position } from './fetcher.ts'
import { commitOffsets } from './group-offsets.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'

const protocolType = consumerProtocolType
const noGeneration = -1
const heartbeatMs = 3000
const retryMs = 300

type Joined = Value<typeof joinGroup.response>

export interface MemberOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** The first that all members know is taken. Cooperative ones go alone: members of one kind do not mix. */
  readonly assignors?: readonly AssignorName[]
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly heartbeatMs?: number
  /** Partitions are about to be read by others: what was read of them is to be committed now. */
  readonly revoked: (partitions: readonly TopicPartition[]) => Promise<void> | void
  /** What is to be read from now on, all of it. */
  readonly assigned: (partitions: readonly TopicPartition[]) => Promise<void> | void
}

export class GroupMember {
  readonly #client: KafkaClient
  readonly #options: MemberOptions
  readonly #isCooperative: boolean
  #memberId = ''
  #generation = noGeneration
  #owned: readonly TopicPartition[] = []

  constructor(client: KafkaClient, options: MemberOptions) {
    this.#client = client
    this.#options = options
    this.#isCooperative = this.#names.every((name) => assignors[name].isCooperative)
  }

  /** Until it is stopped; then it leaves. Throws ClientError when it is refused. */
  async run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      try {
        const coordinator = await this.#client.retrying(() => this.#client.coordinator(this.#options.group))
        if (await this.#join(coordinator)) await this.#beat(coordinator, stopped)
      } catch (error) {
        if (!(error instanceof ClientError) || !error.isPassing || stopped.aborted) throw error
        await this.#client.pause(retryMs, stopped)
      }
    }
    await this.#revoke(this.#owned)
    await this.#leave()
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const { group } = this.#options
    const mine = new Set(this.#owned.map(nameOf))
    const read = positions.filter((one) => mine.has(nameOf(one)))
    if (read.length === 0) return
    const as = { memberId: this.#memberId, generation: this.#generation }
    await commitOffsets(this.#client, group, read, as)
  }

  get #names(): readonly AssignorName[] {
    return this.#options.assignors ?? ['range', 'roundrobin']
  }

  /** Whether it is in; otherwise the group is still at it. */
  async #join(coordinator: Connection): Promise<boolean> {
    const { group, topics, sessionTimeoutMs = 45_000, rebalanceTimeoutMs = 60_000 } = this.#options
    if (!this.#isCooperative) await this.#revoke(this.#owned)
    const subscription = { topics, owned: this.#owned, generation: this.#generation, rackId: null }
    const protocols = this.#names.map((name) => ({ name, metadata: encodeSubscription(subscription) }))
    const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs }
    const wanted = { groupId: group, ...timeouts, memberId: this.#memberId, protocolType, protocols }
    const joined = await coordinator.request(joinGroup, wanted, { waitMs: rebalanceTimeoutMs })
    if (errorOf(joined.errorCode).is(MEMBER_ID_REQUIRED)) {
      this.#memberId = joined.memberId
      return false
    }
    if (!this.#isFine(errorOf(joined.errorCode))) return false
    this.#memberId = joined.memberId
    this.#generation = joined.generationId
    const isLeader = joined.leader === joined.memberId && !joined.skipAssignment
    const name = joined.protocolName ?? ''
    const assignments = isLeader ? await this.#share(name, joined.members) : []
    const synced = await coordinator.request(
      syncGroup,
      { ...this.#identity(), protocolType, protocolName: name, assignments },
      { waitMs: rebalanceTimeoutMs },
    )
    if (!this.#isFine(errorOf(synced.errorCode))) return false
    return this.#adopt(placesOf(decodeAssignment(synced.assignment).topics))
  }

  /** Whether that is its share for now: where it gave something back, it joins again, so that another can have it. */
  async #adopt(assigned: readonly TopicPartition[]): Promise<boolean> {
    const mine = new Set(assigned.map(nameOf))
    const lost = this.#owned.filter((one) => !mine.has(nameOf(one)))
    await this.#revoke(lost)
    this.#owned = assigned
    await this.#options.assigned(assigned)
    return !this.#isCooperative || lost.length === 0
  }

  async #share(name: string, members: Joined['members']) {
    const subscriptions = members.map(
      ({ memberId, groupInstanceId: instanceId, metadata }) =>
        [memberId, { ...decodeSubscription(metadata), instanceId }] as const,
    )
    const topics = new Set(subscriptions.flatMap(([, one]) => one.topics))
    const counts = new Map<string, number>()
    for (const topic of topics) {
      const found = await this.#client.topic(topic, { isFresh: true }).catch((error) => {
        if (error instanceof ClientError && error.failure === 'refused') return null
        throw error
      })
      counts.set(topic, found?.partitions.length ?? 0)
    }
    const assignor = assignors[name as AssignorName] ?? assignors.range
    const shares = assignor.assign(new Map(subscriptions), counts)
    return [...shares].map(([memberId, partitions]) => ({ memberId, assignment: encodeAssignment(partitions) }))
  }

  /** Until the group rebalances, or it is stopped. */
  async #beat(coordinator: Connection, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.#client.pause(this.#options.heartbeatMs ?? heartbeatMs, stopped)
      if (stopped.aborted) return
      const { errorCode } = await coordinator.request(heartbeat, this.#identity())
      if (errorOf(errorCode).is(NONE)) continue
      this.#isFine(errorOf(errorCode))
      return
    }
  }

  /** False: it is to join again. Throws where that would not help. */
  #isFine(error: KafkaError): boolean {
    if (error.is(NONE)) return true
    if (error.is(REBALANCE_IN_PROGRESS)) return false
    if (error.is(UNKNOWN_MEMBER_ID) || error.is(ILLEGAL_GENERATION)) {
      // It was taken for dead: others read what it had.
      if (error.is(UNKNOWN_MEMBER_ID)) this.#memberId = ''
      this.#generation = noGeneration
      this.#owned = []
      return false
    }
    throw refusal(`group ${this.#options.group}`, error)
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return
    await this.#options.revoked(partitions)
    const gone = new Set(partitions.map(nameOf))
    this.#owned = this.#owned.filter((one) => !gone.has(nameOf(one)))
  }

  async #leave(): Promise<void> {
    if (this.#memberId === '') return
    const { group } = this.#options
    const members = [{ memberId: this.#memberId, groupInstanceId: null, reason: 'the consumer was closed' }]
    const coordinator = await this.#client.coordinator(group)
    await coordinator.request(leaveGroup, { groupId: group, memberId: this.#memberId, members })
  }

  #identity() {
    return { groupId: this.#options.group, generationId: this.#generation, memberId: this.#memberId }
  }
}
