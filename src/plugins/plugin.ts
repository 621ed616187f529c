/**
 * One plugin and the batches that wait for it. Batches are judged strictly one after another; when a record fails, the
 * instance is replaced and the batch goes on behind that record.
 *
 * What bounds the batches that wait: whoever calls `judge` waits for it, and a connection has one request in hand.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { type Batch, BatchMemory, type PlacedBatch } from './batch-memory.ts'
import { type LogLine, verdict } from './crossing.ts'
import type { Refusal } from './judgement.ts'
import type { State } from './life.ts'
import { PluginLog, type RecentLine } from './plugin-log.ts'
import type { PluginSettings } from './plugin-settings.ts'
import { describe, Supervisor, type SupervisorDeps } from './supervisor.ts'

export interface PluginStatus {
  readonly name: string
  /** As in the settings. */
  readonly path: string
  readonly state: State
  readonly sinceMs: number
  /** sha256 of the component; null when it was not read. */
  readonly hash: string | null
  /** The port that `init` asked for. */
  readonly port: number | null
  /** Records by what became of them; those that failed got no verdict. */
  readonly records: { readonly accepted: number; readonly refused: number; readonly failed: number }
  /** Failures by hook and kind, as `on-record timeout`. */
  readonly failures: Readonly<Record<string, number>>
  readonly lastFailure: string | null
  readonly restarts: number
  readonly memoryBytes: number
  /** Whether records reach it by the direct call; otherwise by jco's binding, ten times as slow. */
  readonly isDirect: boolean
  /** Batches that wait, the one being judged included. */
  readonly queuedBatches: number
  readonly recentLines: readonly RecentLine[]
}

export type PluginDeps = Omit<SupervisorDeps, 'print'>

const none: readonly Refusal[] = []
/** What is left to a plugin to finish its batches when the broker stops. */
const closeTimeoutMs = 2000
const noReason = 'the plugin gave no reason'
const notUtf8Reason = "key or value is not UTF-8, and the setting non_utf8 is 'reject'"

export class Plugin {
  readonly settings: PluginSettings
  readonly #clock: Clock
  readonly #lines: PluginLog
  readonly #supervisor: Supervisor
  readonly #memory = new BatchMemory()
  readonly #records = { accepted: 0, refused: 0, failed: 0 }
  #queue: Promise<unknown> = Promise.resolve()
  #queuedBatches = 0

  constructor(settings: PluginSettings, deps: PluginDeps) {
    const lines = new PluginLog(settings.name, deps.log, deps.clock)
    this.settings = settings
    this.#clock = deps.clock
    this.#lines = lines
    this.#supervisor = new Supervisor(settings, { ...deps, print: (...written) => lines.print(...written) })
  }

  /** What it logs meanwhile is printed by `showFirstLines`, when it is this plugin's turn in the log. */
  start(): Promise<void> {
    return this.#supervisor.start()
  }

  showFirstLines(): void {
    this.#supervisor.printLines()
  }

  /** Records of these indexes were refused by an earlier plugin and are passed over. */
  async judge(batch: Batch, passedOver: readonly number[]): Promise<readonly Refusal[]> {
    this.#queuedBatches++
    const turn = this.#queue.then(() => this.#judge(batch, passedOver))
    this.#queue = turn.catch(() => {})
    try {
      return await turn
    } finally {
      this.#queuedBatches--
    }
  }

  /** Finishes the batches in hand, within a bound. */
  async close(graceMs = closeTimeoutMs): Promise<void> {
    let limit: Timer | undefined
    const late = new Promise<void>((resolve) => {
      limit = this.#clock.after(graceMs, resolve)
    })
    await Promise.race([this.#queue, late])
    limit?.cancel()
    await this.#supervisor.close()
    this.#lines.close()
  }

  get status(): PluginStatus {
    const { name, path } = this.settings
    return {
      name,
      path,
      ...this.#supervisor.status,
      records: { ...this.#records },
      queuedBatches: this.#queuedBatches,
      recentLines: this.#lines.recent,
    }
  }

  async #judge(batch: Batch, passedOver: readonly number[]): Promise<readonly Refusal[]> {
    const placed = this.#memory.place(batch, passedOver)
    const reasons = new Map<number, string>()
    const whyNot = await this.#judgeAll(placed, reasons)
    if (whyNot === null && this.#supervisor.notAccepted === 0) {
      this.#records.accepted += batch.recordCount - passedOver.length
      return none
    }
    return this.#refusals(placed.verdicts, reasons, whyNot ?? '')
  }

  /** Null when each record was asked about; otherwise why the plugin could not be asked about those still pending. */
  async #judgeAll(placed: PlacedBatch, reasons: Map<number, string>): Promise<string | null> {
    for (;;) {
      const whyNot = await this.#supervisor.whyNotRunning()
      if (whyNot !== null) return whyNot
      const firstPending = placed.verdicts.indexOf(verdict.pending)
      const failure = await this.#supervisor.judge(placed)
      noteReasons(this.#supervisor.printLines(), reasons)
      if (failure === null) return null
      if (placed.verdicts[failure.index] === verdict.pending) {
        placed.verdicts[failure.index] = verdict.failed
        reasons.set(failure.index, describe(failure))
      }
      await this.#supervisor.replace(failure, failure.index > firstPending)
    }
  }

  #refusals(verdicts: Uint8Array, reasons: ReadonlyMap<number, string>, whyNot: string): readonly Refusal[] {
    const refusals: Refusal[] = []
    verdicts.forEach((given, index) => {
      if (given === verdict.passedOver) return
      if (given === verdict.accepted) {
        this.#records.accepted++
      } else if (given === verdict.refused || given === verdict.notUtf8) {
        this.#records.refused++
        const reason = given === verdict.notUtf8 ? notUtf8Reason : (reasons.get(index) ?? noReason)
        refusals.push(this.#refusal(index, reason, false))
      } else {
        this.#records.failed++
        const reason = given === verdict.failed ? reasons.get(index)! : whyNot
        if (this.settings.onError === 'reject') refusals.push(this.#refusal(index, reason, true))
      }
    })
    return refusals
  }

  #refusal(index: number, reason: string, isFailure: boolean): Refusal {
    const { name: plugin, onReject, deadLetterTopic } = this.settings
    const refusal = { index, plugin, reason, onReject, isFailure }
    return deadLetterTopic === undefined ? refusal : { ...refusal, deadLetterTopic }
  }
}

/** The last line at warn or above that was written during a record's call says why it was refused, if it was. */
function noteReasons(lines: readonly LogLine[], reasons: Map<number, string>): void {
  for (const { level, index, text } of lines) {
    if (index >= 0 && (level === 'warn' || level === 'error')) reasons.set(index, text)
  }
}
