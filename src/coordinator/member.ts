/**
 * One member of a classic group: what it said when it joined, its share, and the answer it waits for.
 *
 * An answer is given exactly once: whoever parks a second request of a member has the first answered as of a stranger.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { type KafkaError, UNKNOWN_MEMBER_ID } from '../protocol/errors.ts'
import type { MemberRecord } from './records.ts'
import {
  type Answer,
  type JoinAnswer,
  noBytes,
  type Protocol,
  refusedJoin,
  refusedSync,
  type Subscription,
  type SyncAnswer,
} from './requests.ts'

export interface Identity {
  readonly id: string
  /** Null: a dynamic member. A static one keeps its place under this name while its member id changes (KIP-345). */
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
}

export class Member {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  subscription: Subscription
  assignment: Buffer = noBytes
  /** Until its first answer: it does not know its id, so nothing proves it alive, not even its being parked. */
  isNew = true
  #join: Answer<JoinAnswer> | null = null
  #sync: Answer<SyncAnswer> | null = null
  #session: Timer | null = null

  constructor({ id, instanceId, clientId, clientHost }: Identity, subscription: Subscription) {
    this.id = id
    this.instanceId = instanceId
    this.clientId = clientId
    this.clientHost = clientHost
    this.subscription = subscription
  }

  /** As it was when the record was written; of its protocols, the chosen one is left. */
  static restore(saved: MemberRecord, protocolName: string): Member {
    const protocols = [{ name: protocolName, metadata: saved.metadata }]
    const member = new Member(saved, { ...saved, protocols })
    member.assignment = saved.assignment
    member.isNew = false
    return member
  }

  record(protocolName: string | null): MemberRecord {
    const { id, instanceId, clientId, clientHost, assignment } = this
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.subscription
    const metadata = this.metadata(protocolName)
    return { id, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, metadata, assignment }
  }

  get isStatic(): boolean {
    return this.instanceId !== null
  }
  get isAwaitingJoin(): boolean {
    return this.#join !== null
  }
  get isAwaitingSync(): boolean {
    return this.#sync !== null
  }
  /** A member whose request is parked cannot be expected to send heartbeats. */
  get isExcused(): boolean {
    return !this.isNew && (this.isAwaitingJoin || this.isAwaitingSync)
  }

  supports(name: string): boolean {
    return this.subscription.protocols.some((protocol) => protocol.name === name)
  }

  metadata(protocolName: string | null): Buffer {
    return this.subscription.protocols.find(({ name }) => name === protocolName)?.metadata ?? noBytes
  }

  /** Whether it would join with the very same protocols, in the same order. */
  matches(protocols: readonly Protocol[]): boolean {
    const own = this.subscription.protocols
    return (
      own.length === protocols.length &&
      own.every(({ name, metadata }, at) => name === protocols[at]!.name && metadata.equals(protocols[at]!.metadata))
    )
  }

  parkJoin(answer: Answer<JoinAnswer>): void {
    this.answerJoin(refusedJoin(UNKNOWN_MEMBER_ID, ''))
    this.#join = answer
  }

  /** Nothing happens when no join is parked; likewise below. */
  answerJoin(answer: JoinAnswer): void {
    const waiting = this.#join
    this.#join = null
    waiting?.(answer)
  }

  parkSync(answer: Answer<SyncAnswer>): void {
    this.answerSync(refusedSync(UNKNOWN_MEMBER_ID))
    this.#sync = answer
  }

  answerSync(answer: SyncAnswer): boolean {
    const waiting = this.#sync
    this.#sync = null
    waiting?.(answer)
    return waiting !== null
  }

  /** Refuses whatever is parked, and stops expecting heartbeats. */
  end(error: KafkaError, memberId = ''): void {
    this.#session?.cancel()
    this.answerJoin(refusedJoin(error, memberId))
    this.answerSync(refusedSync(error))
  }

  expectHeartbeat(clock: Clock, withinMs: number, miss: () => void): void {
    this.#session?.cancel()
    this.#session = clock.after(withinMs, miss)
  }

  /** Itself under a new member id: a static member that came back. Parked requests stay with the one before. */
  renamed(id: string, subscription: Subscription): Member {
    const member = new Member({ ...this, id }, subscription)
    member.assignment = this.assignment
    member.isNew = false
    return member
  }
}
