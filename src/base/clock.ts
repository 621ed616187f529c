/** Time, handed to whoever needs it, so that a test can turn it. Nothing else in `src` may ask the machine for it. */
import { assert } from './assert.ts'

export interface Timer {
  /** Harmless when it has already run. */
  cancel(): void
}

export interface Clock {
  /** Milliseconds since 1970, as Kafka's timestamps. */
  now(): number
  after(delayMs: number, run: () => void): Timer
  every(periodMs: number, run: () => void): Timer
  /** As `after`, but at the latest after so long of the machine's time: for waits that a client times, too. */
  within(delayMs: number, run: () => void): Timer
}

/** Node runs a timer at once that is longer than this, 24 days; such a one is cut to it. */
const delayMsMax = 0x7fff_ffff

/** The machine's time. Its timers do not keep the process alive: sockets do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, delayMsMax)).unref()
    return { cancel: () => clearTimeout(timer) }
  },
  every(periodMs, run) {
    const timer = setInterval(run, Math.min(periodMs, delayMsMax)).unref()
    return { cancel: () => clearInterval(timer) }
  },
  within: (delayMs, run) => systemClock.after(delayMs, run),
}

export interface Alarm {
  readonly atMs: number
  /** Of those for the same time, the smaller rings first. */
  readonly order: number
  readonly run: () => void
}

/** Which of them rings next, and not after `endMs`. */
export function nextAlarm<T extends Alarm>(alarms: Iterable<T>, endMs: number): T | undefined {
  let first: T | undefined
  for (const alarm of alarms) {
    if (alarm.atMs > endMs) continue
    if (first === undefined || alarm.atMs < first.atMs || (alarm.atMs === first.atMs && alarm.order < first.order)) {
      first = alarm
    }
  }
  return first
}

/** Time that stands still until `advance` is called, which runs what falls due, in order. */
export class ManualClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #alarms = new Set<Alarm>()

  constructor(startMs = 0) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const alarm = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#alarms.add(alarm)
    return { cancel: () => this.#alarms.delete(alarm) }
  }

  every(periodMs: number, run: () => void): Timer {
    assert(periodMs > 0, 'a period of no length never lets time pass')
    let next: Timer
    const ring = () => {
      next = this.after(periodMs, ring)
      run()
    }
    next = this.after(periodMs, ring)
    return { cancel: () => next.cancel() }
  }

  /** It is all the machine there is. */
  within(delayMs: number, run: () => void): Timer {
    return this.after(delayMs, run)
  }

  advance(byMs: number): void {
    assert(byMs >= 0, 'time does not run backwards')
    const endMs = this.#nowMs + byMs
    for (let due = nextAlarm(this.#alarms, endMs); due !== undefined; due = nextAlarm(this.#alarms, endMs)) {
      this.#alarms.delete(due)
      this.#nowMs = due.atMs
      due.run()
    }
    this.#nowMs = endMs
  }
}
