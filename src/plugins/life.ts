/**
 * The life of a plugin, decided here and nowhere else: what follows when one of its instances fails (`InstanceLife`),
 * and what a command comes to (`PluginLife`). Told the time; starts and ends nothing itself.
 *
 * One bad record shall not stop a plugin, so a failure is answered by a restart at once when the instance had judged
 * a record before. A plugin that only fails is restarted later and later, and then no more. Records that fail now and
 * then cannot make the broker do nothing but restart: restarts at once are rationed.
 */
import type { Random } from '../base/random.ts'

export type State =
  | 'registered'
  | 'starting'
  | 'running'
  | 'backing-off'
  | 'quarantined'
  | 'failed'
  | 'disabled'
  | 'stopped'

/** What becomes of an instance that failed. */
export type Next = { readonly restartInMs: number } | 'quarantine'

/** Waits are shorter by up to the share `jitter`, lest what failed together comes back together. */
export const backoff = { firstMs: 1000, maxMs: 30_000, jitter: 0.2 } as const
/** Restarts at once; one more becomes available each period. */
export const ration = { max: 10, periodMs: 1000 } as const

/** The states an instance can be in; a plugin is in the first of them in which any of its instances is. */
const instanceStates = ['running', 'starting', 'backing-off', 'quarantined', 'failed', 'stopped'] as const

const uint32End = 2 ** 32

export class InstanceLife {
  readonly #failuresMax: number
  readonly #random: Random
  #state: State = 'registered'
  #sinceMs: number
  #failuresInRow = 0
  /** The hook that failed last. */
  #failedHook = ''
  #restarts = 0
  #ration: number = ration.max
  #rationedAtMs: number

  constructor(failuresMax: number, random: Random, nowMs: number) {
    this.#failuresMax = failuresMax
    this.#random = random
    this.#sinceMs = nowMs
    this.#rationedAtMs = nowMs
  }

  get state(): State {
    return this.#state
  }
  get sinceMs(): number {
    return this.#sinceMs
  }
  get failuresInRow(): number {
    return this.#failuresInRow
  }
  /** Starts after the first. */
  get restarts(): number {
    return this.#restarts
  }

  starting(nowMs: number): void {
    if (this.#state !== 'registered') this.#restarts++
    this.#become('starting', nowMs)
  }

  running(nowMs: number): void {
    this.#become('running', nowMs)
  }

  /** It gave a verdict: a later failure begins a new row. */
  judged(): void {
    this.#failuresInRow = 0
  }

  /** A hook that is not about records did its work. Of a row of failures it ends only one of its own. */
  worked(hook: string): void {
    if (hook === this.#failedHook) this.#failuresInRow = 0
  }

  failed(hook: string, nowMs: number): Next {
    this.#failuresInRow++
    this.#failedHook = hook
    if (this.#failuresInRow >= this.#failuresMax) {
      this.#become('quarantined', nowMs)
      return 'quarantine'
    }
    this.#become('backing-off', nowMs)
    if (this.#failuresInRow === 1 && this.#takeRation(nowMs)) return { restartInMs: 0 }
    const waitMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.max(0, this.#failuresInRow - 2))
    return { restartInMs: Math.round(waitMs * (1 - backoff.jitter * this.#chance())) }
  }

  /** Its failures are forgotten. Answers whether it is to be started at once. */
  reset(nowMs: number): boolean {
    this.#failuresInRow = 0
    this.#failedHook = ''
    this.#ration = ration.max
    this.#rationedAtMs = nowMs
    return this.#state === 'backing-off' || this.#state === 'quarantined'
  }

  /** Its first start failed. */
  leftOut(nowMs: number): void {
    this.#become('failed', nowMs)
  }

  stopped(nowMs: number): void {
    this.#become('stopped', nowMs)
  }

  /** At least 0, below 1. */
  #chance(): number {
    return this.#random.bytes(4).readUInt32BE(0) / uint32End
  }

  #takeRation(nowMs: number): boolean {
    const earned = (nowMs - this.#rationedAtMs) / ration.periodMs
    this.#ration = Math.min(ration.max, this.#ration + earned)
    this.#rationedAtMs = nowMs
    if (this.#ration < 1) return false
    this.#ration--
    return true
  }

  #become(state: State, nowMs: number): void {
    this.#state = state
    this.#sinceMs = nowMs
  }
}

/** What people and programs ask of a plugin at run time. */
export type Command = 'enable' | 'disable' | 'reload' | 'reset' | 'reconfigure' | 'unload'

/**
 * What is to be done about a command. `start`: a first set of instances. `replace`: a new set beside the old one, which
 * ends when the new one runs. `end`: the set, in order. `reset`: each instance forgets its failures. `note`: what is
 * asked for holds from the next start on.
 */
export type Step = 'start' | 'replace' | 'end' | 'reset' | 'note' | 'nothing' | 'refuse'

type Phase = 'registered' | 'starting' | 'in-force' | 'failed' | 'disabled' | 'stopped'

/** While it starts, commands wait; it is never asked then. */
const busy = {
  enable: 'refuse',
  disable: 'refuse',
  reload: 'refuse',
  reset: 'refuse',
  reconfigure: 'refuse',
  unload: 'refuse',
} as const

const steps: Readonly<Record<Phase, Readonly<Record<Command, Step>>>> = {
  registered: busy,
  starting: busy,
  'in-force': {
    enable: 'nothing',
    disable: 'end',
    reload: 'replace',
    reset: 'reset',
    reconfigure: 'replace',
    unload: 'end',
  },
  failed: {
    enable: 'start',
    disable: 'note',
    reload: 'start',
    reset: 'start',
    reconfigure: 'start',
    unload: 'note',
  },
  disabled: {
    enable: 'start',
    disable: 'nothing',
    reload: 'refuse',
    reset: 'refuse',
    reconfigure: 'note',
    unload: 'note',
  },
  stopped: busy,
}

export class PluginLife {
  #phase: Phase
  #sinceMs: number

  constructor(isEnabled: boolean, nowMs: number) {
    this.#phase = isEnabled ? 'registered' : 'disabled'
    this.#sinceMs = nowMs
  }

  /** Whether records are shown to it, or fail because they cannot be. */
  get isInForce(): boolean {
    return this.#phase === 'in-force'
  }
  get isEnabled(): boolean {
    return this.#phase !== 'disabled'
  }

  stepFor(command: Command): Step {
    return steps[this.#phase][command]
  }

  starting(nowMs: number): void {
    this.#become('starting', nowMs)
  }
  /** Its instances run. */
  inForce(nowMs: number): void {
    this.#become('in-force', nowMs)
  }
  /** It could not be started, and the broker goes on without it. */
  failed(nowMs: number): void {
    this.#become('failed', nowMs)
  }
  disabled(nowMs: number): void {
    this.#become('disabled', nowMs)
  }
  /** It was unloaded, for good. */
  stopped(nowMs: number): void {
    this.#become('stopped', nowMs)
  }

  /** Together with those of its instances: what state it is in, and since when. */
  standing(instances: readonly Pick<InstanceLife, 'state' | 'sinceMs'>[]): { state: State; sinceMs: number } {
    if (this.#phase !== 'in-force') return { state: this.#phase, sinceMs: this.#sinceMs }
    const state = instanceStates.find((one) => instances.some((instance) => instance.state === one)) ?? 'stopped'
    const times = instances.filter((instance) => instance.state === state).map(({ sinceMs }) => sinceMs)
    return { state, sinceMs: times.length === 0 ? this.#sinceMs : Math.min(...times) }
  }

  #become(phase: Phase, nowMs: number): void {
    this.#phase = phase
    this.#sinceMs = nowMs
  }
}
