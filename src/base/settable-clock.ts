/**
 * The machine's time, which can be stopped, set and moved on: what a broker keeps its time by. Timers keep what they
 * still had to wait, whatever happens to the time of day.
 */
import { assert } from './assert.ts'
import { type Alarm, type Clock, nextAlarm, type Timer } from './clock.ts'

interface WoundAlarm extends Alarm {
  /** Then it does not stand still with the rest. */
  readonly goesOn: boolean
  /** What the machine wakes us by; null while time stands still. */
  timer: Timer | null
}

/** In one jump a period ends at most so often: nobody waits for what happens every second of a year. */
const periodsPerJumpMax = 10_000

export class SettableClock implements Clock {
  readonly #machine: Clock
  readonly #alarms = new Set<WoundAlarm>()
  /** Of the time that timers count in: how far it is ahead of the machine's, and where it stands while it does. */
  #aheadMs = 0
  #stoppedAtMs: number | null = null
  /** How far the time of day was set back, which timers do not notice. */
  #backMs = 0
  #order = 0
  #jumpEndMs: number | null = null

  constructor(machine: Clock, options: { readonly isFrozen?: boolean } = {}) {
    this.#machine = machine
    if (options.isFrozen) this.#stoppedAtMs = machine.now()
  }

  now(): number {
    return this.#elapsedMs - this.#backMs
  }

  get isFrozen(): boolean {
    return this.#stoppedAtMs !== null
  }

  /** How far its time of day is ahead of the machine's. */
  get offsetMs(): number {
    return this.now() - this.#machine.now()
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#add(delayMs, run, false)
  }

  within(delayMs: number, run: () => void): Timer {
    return this.#add(delayMs, run, true)
  }

  every(periodMs: number, run: () => void): Timer {
    assert(periodMs > 0, 'a period of no length never lets time pass')
    let next: Timer
    const ring = () => {
      const leftMs = this.#jumpEndMs === null ? 0 : this.#jumpEndMs - this.#elapsedMs
      next = this.after(Math.max(periodMs, leftMs / periodsPerJumpMax), ring)
      run()
    }
    next = this.after(periodMs, ring)
    return { cancel: () => next.cancel() }
  }

  /** Time stands still until `resume`; it can be moved on all the same. */
  freeze(): void {
    if (this.isFrozen) return
    this.#stoppedAtMs = this.#elapsedMs
    for (const alarm of this.#alarms) if (!alarm.goesOn) this.#unwind(alarm)
  }

  /** Goes on from where it stands. */
  resume(): void {
    if (this.#stoppedAtMs === null) return
    this.#aheadMs = this.#stoppedAtMs - this.#machine.now()
    this.#stoppedAtMs = null
    for (const alarm of this.#alarms) this.#rewind(alarm)
  }

  /** Moves time on. What falls due meanwhile runs at its own time, the earlier first, before this returns. */
  advance(byMs: number): void {
    assert(byMs >= 0, 'time does not run backwards')
    const endMs = this.#elapsedMs + byMs
    this.#jumpEndMs = endMs
    try {
      for (let due = nextAlarm(this.#alarms, endMs); due !== undefined; due = nextAlarm(this.#alarms, endMs)) {
        this.#alarms.delete(due)
        this.#unwind(due)
        this.#moveTo(due.atMs)
        due.run()
      }
    } finally {
      this.#jumpEndMs = null
      this.#moveTo(endMs)
      for (const alarm of this.#alarms) this.#rewind(alarm)
    }
  }

  /** The time of day. Forward is as `advance`; set back, nothing falls due any earlier or later than it would have. */
  set(toMs: number): void {
    const byMs = toMs - this.now()
    if (byMs >= 0) this.advance(byMs)
    else this.#backMs -= byMs
  }

  /** Back to the machine's time of day, to run or to stand still from there. */
  reset(isFrozen: boolean): void {
    this.#backMs += this.offsetMs
    if (isFrozen) this.freeze()
    else this.resume()
  }

  get #elapsedMs(): number {
    return this.#stoppedAtMs ?? this.#machine.now() + this.#aheadMs
  }

  /** Never back: while what fell due ran, the machine's time went on. */
  #moveTo(elapsedMs: number): void {
    const byMs = elapsedMs - this.#elapsedMs
    if (byMs <= 0) return
    if (this.#stoppedAtMs === null) this.#aheadMs += byMs
    else this.#stoppedAtMs += byMs
  }

  #add(delayMs: number, run: () => void, goesOn: boolean): Timer {
    const atMs = this.#elapsedMs + Math.max(0, delayMs)
    const alarm: WoundAlarm = { atMs, order: this.#order++, run, goesOn, timer: null }
    this.#alarms.add(alarm)
    this.#wind(alarm)
    return {
      cancel: () => {
        this.#alarms.delete(alarm)
        alarm.timer?.cancel()
      },
    }
  }

  #rewind(alarm: WoundAlarm): void {
    this.#unwind(alarm)
    this.#wind(alarm)
  }

  #wind(alarm: WoundAlarm): void {
    if (this.isFrozen && !alarm.goesOn) return
    alarm.timer = this.#machine.after(Math.max(0, alarm.atMs - this.#elapsedMs), () => {
      this.#alarms.delete(alarm)
      alarm.run()
    })
  }

  #unwind(alarm: WoundAlarm): void {
    alarm.timer?.cancel()
    alarm.timer = null
  }
}
