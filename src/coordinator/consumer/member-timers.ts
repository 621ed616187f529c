/** The deadlines of a group's members: of each kind, at most one runs for a member. */
import type { Clock, Timer } from '../../base/clock.ts'

/** A heartbeat, giving partitions up, joining again and asking for its share: the last two of classic members. */
type Deadline = 'session' | 'rebalance' | 'join' | 'sync'

export class MemberTimers {
  readonly #clock: Clock
  readonly #byMember = new Map<string, Map<Deadline, Timer>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(memberId: string, deadline: Deadline, delayMs: number, miss: () => void): void {
    this.cancel(memberId, deadline)
    const timers = this.#byMember.get(memberId) ?? new Map<Deadline, Timer>()
    this.#byMember.set(memberId, timers)
    timers.set(
      deadline,
      this.#clock.after(delayMs, () => {
        timers.delete(deadline)
        miss()
      }),
    )
  }

  setUnlessSet(memberId: string, deadline: Deadline, delayMs: number, miss: () => void): void {
    if (!this.#byMember.get(memberId)?.has(deadline)) this.set(memberId, deadline, delayMs, miss)
  }

  cancel(memberId: string, deadline: Deadline): void {
    const timers = this.#byMember.get(memberId)
    timers?.get(deadline)?.cancel()
    timers?.delete(deadline)
  }

  forget(memberId: string): void {
    for (const timer of this.#byMember.get(memberId)?.values() ?? []) timer.cancel()
    this.#byMember.delete(memberId)
  }

  close(): void {
    for (const memberId of [...this.#byMember.keys()]) this.forget(memberId)
  }
}
