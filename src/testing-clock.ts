/** The broker's time as a suite turns it: durations and times as people write them. */
import type { SettableClock } from './base/settable-clock.ts'
import { duration, Place } from './settings/values.ts'

/** Milliseconds, or as in settings: `'500ms'`, `'45s'`, `'10m'`, `'7d'`. */
export type Duration = number | string

/**
 * The time that a broker's sessions, rebalances, retention and log-append times go by. Sockets, threads of plugins and
 * delays that faults ask for go by the machine's, whatever happens here.
 */
export interface BrokerClock {
  /** Milliseconds since 1970. */
  now(): number
  readonly isFrozen: boolean
  /** How far it is ahead of the machine's time. */
  readonly offsetMs: number
  /** Moves time on; what falls due has run when this returns. */
  advance(by: Duration): void
  /** Time stands still until `resume`. */
  freeze(): void
  /** Time goes on from where it stands. */
  resume(): void
  /** Sets the time of day: forward as `advance`; back without anything falling due later for it. */
  set(to: Date | number | string): void
}

/** 100 years. */
export const advanceMsMax = 36_500 * 86_400_000
const span = duration('0ms', '36500d')

export function clockFor(clock: SettableClock): BrokerClock {
  return {
    now: () => clock.now(),
    get isFrozen() {
      return clock.isFrozen
    },
    get offsetMs() {
      return clock.offsetMs
    },
    advance: (by) => clock.advance(durationMs(by)),
    freeze: () => clock.freeze(),
    resume: () => clock.resume(),
    set: (to) => clock.set(timeMs(to, clock)),
  }
}

function durationMs(by: Duration): number {
  const mistakes: string[] = []
  const ms = span.read(by, new Place('clock', 'advance', { home: '.', from: '.' }, mistakes))
  if (ms === undefined) throw new RangeError(mistakes[0])
  return ms
}

function timeMs(to: Date | number | string, clock: SettableClock): number {
  const ms = typeof to === 'number' ? to : new Date(to).getTime()
  if (Number.isInteger(ms) && ms >= 0 && ms - clock.now() <= advanceMsMax) return ms
  throw new RangeError(`clock: set is ${String(to)}; use a Date, an ISO 8601 text or milliseconds since 1970`)
}
