/**
 * Who is in a classic group, which of them leads it, and on which protocols all of them agree.
 *
 * A member id handed out with MEMBER_ID_REQUIRED is pending: a rebalance waits for it, but it is nobody yet.
 */
import { assert } from '../base/assert.ts'
import type { Timer } from '../base/clock.ts'
import { FENCED_INSTANCE_ID, type KafkaError, UNKNOWN_MEMBER_ID } from '../protocol/errors.ts'
import type { Member } from './member.ts'
import type { Protocol } from './requests.ts'

export class Members {
  /** Null only without members, and in a group whose leader was not written down. */
  leaderId: string | null = null
  /** Member ids given out, each until its session timeout ends. */
  readonly pending = new Map<string, Timer>()
  readonly #byId = new Map<string, Member>()
  readonly #byInstanceId = new Map<string, Member>()

  get size(): number {
    return this.#byId.size
  }

  get(id: string): Member | undefined {
    return this.#byId.get(id)
  }

  ofInstance(instanceId: string): Member | undefined {
    return this.#byInstanceId.get(instanceId)
  }

  /** In the order in which they came. */
  [Symbol.iterator](): IterableIterator<Member> {
    return this.#byId.values()
  }

  isLeader(member: Member): boolean {
    return member.id === this.leaderId
  }

  /** Who sends a request in a member's name, or why that is nobody. */
  identify(memberId: string, instanceId: string | null): Member | KafkaError {
    if (instanceId !== null) {
      const named = this.#byInstanceId.get(instanceId)
      if (named === undefined) return UNKNOWN_MEMBER_ID
      if (named.id !== memberId) return FENCED_INSTANCE_ID
    }
    return this.#byId.get(memberId) ?? UNKNOWN_MEMBER_ID
  }

  add(member: Member): void {
    assert(!this.#byId.has(member.id), `member ${member.id} is there already`)
    this.#byId.set(member.id, member)
    if (member.instanceId !== null) this.#byInstanceId.set(member.instanceId, member)
    this.leaderId ??= member.id
    this.forgetPending(member.id)
  }

  /** The leadership passes to the one who came first of those who are left. */
  remove(member: Member): void {
    this.#byId.delete(member.id)
    if (member.instanceId !== null) this.#byInstanceId.delete(member.instanceId)
    if (this.isLeader(member)) this.leaderId = this.#byId.keys().next().value ?? null
  }

  /** A static member is back under a new id: it keeps its place and, if it had it, the leadership. */
  replace(old: Member, fresh: Member): void {
    assert(old.instanceId !== null && old.instanceId === fresh.instanceId, 'only a static member is replaced')
    this.#byId.delete(old.id)
    this.#byId.set(fresh.id, fresh)
    this.#byInstanceId.set(old.instanceId, fresh)
    if (this.isLeader(old)) this.leaderId = fresh.id
  }

  forgetPending(memberId: string): boolean {
    this.pending.get(memberId)?.cancel()
    return this.pending.delete(memberId)
  }

  get awaitingJoinCount(): number {
    let count = 0
    for (const member of this.#byId.values()) if (member.isAwaitingJoin) count++
    return count
  }

  get haveAllJoined(): boolean {
    return this.pending.size === 0 && this.awaitingJoinCount === this.size
  }

  /** Sees to it that the leader is one who waits to be answered. False: nobody does. */
  electLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.#byId.get(this.leaderId)
    if (leader?.isAwaitingJoin) return true
    for (const member of this.#byId.values()) {
      if (!member.isAwaitingJoin) continue
      this.leaderId = member.id
      return true
    }
    return false
  }

  /** A rebalance gives everyone the time that the most patient asks for. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const { subscription } of this.#byId.values()) longest = Math.max(longest, subscription.rebalanceTimeoutMs)
    return longest
  }

  /** Whether everyone here knows at least one of these protocols. */
  agreeOnOneOf(protocols: readonly Protocol[]): boolean {
    return protocols.some(({ name }) => this.#allSupport(name))
  }

  /** Each member votes for the first protocol on its list that all know; most votes win, the first cast break a tie. */
  chooseProtocol(): string {
    const votes = new Map<string, number>()
    for (const { subscription } of this.#byId.values()) {
      const vote = subscription.protocols.find(({ name }) => this.#allSupport(name))
      assert(vote !== undefined, 'who knows no common protocol was not let in')
      votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
    }
    const [first] = [...votes].sort(([, left], [, right]) => right - left)
    assert(first !== undefined, 'a group without members chooses nothing')
    return first[0]
  }

  #allSupport(name: string): boolean {
    for (const member of this.#byId.values()) if (!member.supports(name)) return false
    return true
  }
}
