/**
 * A plugin on trial: in the very host that a broker has, but without a broker. Whatever it keeps goes into a folder
 * that is gone afterwards, and what it would produce is only told.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogEvent, Logger } from '../base/logger.ts'
import { type BatchHeader, type Client, type Judgement, PluginHost, type PluginStatus } from '../plugins/host.ts'
import type { Replacement } from '../plugins/judgement.ts'
import { encodeBatch, type NewRecord, readBatch, recordsSection } from '../protocol/records.ts'
import type { Asked } from './asked.ts'
import type { VerdictName } from './records-file.ts'
import type { Shell } from '../terminal/shell.ts'

export interface Outcome {
  readonly verdict: VerdictName
  /** Of a refusal, or a failure. */
  readonly reason: string | null
  readonly replacement: Replacement | null
  readonly throttleMs: number
}

/** What came of a batch. */
export interface Tried {
  /** One for each record. */
  readonly outcomes: readonly Outcome[]
  /** What the plugin logged meanwhile, and what was noted about it, as `warn: text`. */
  readonly lines: readonly string[]
  readonly tookMs: number
}

export interface TriedBatch {
  readonly topic: string
  readonly partition: number
  readonly header: BatchHeader
  /** Its records, uncompressed. */
  readonly section: Buffer
  readonly client: Client
}

const pluginLine = '🔌 Plugin: '

export class Trial {
  readonly #host: PluginHost
  readonly #name: string
  readonly #stopwatch: () => number
  readonly #folder: string
  #lines: string[]

  private constructor(host: PluginHost, name: string, { stopwatch }: Shell, folder: string, lines: string[]) {
    this.#host = host
    this.#name = name
    this.#stopwatch = stopwatch
    this.#folder = folder
    this.#lines = lines
  }

  /** Throws PluginStartError, with nothing left behind. */
  static async start({ plugin, folder, trustedKeys, cachePath }: Asked, shell: Shell): Promise<Trial> {
    const lines: string[] = []
    const dataPath = mkdtempSync(join(tmpdir(), 'blink-trial-'))
    const { clock } = shell
    const level = plugin.logLevel ?? 'debug'
    const logger = new Logger('blink', { level, now: clock.now, write: (event) => lines.push(...logLinesOf(event)) })
    const produce = async ({ topic, value }: { topic: string; value: Uint8Array | null }) => {
      lines.push(`produced to ${topic}: ${value === null ? 'null' : Buffer.from(value)}`)
      return null
    }
    // Failures and refusals are what one wants to see, whatever they are to do later.
    const settings = { ...plugin, enabled: true, optional: false, mode: 'enforce', onError: 'reject' } as const
    try {
      const host = await PluginHost.start([settings], {
        clock,
        logger,
        folder,
        trustedKeys,
        dataPath,
        services: { clock, produce, pressure: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) },
        ...(cachePath === null ? {} : { cachePath }),
      })
      return new Trial(host, plugin.name, shell, dataPath, lines)
    } catch (error) {
      rmSync(dataPath, { recursive: true, force: true })
      throw error
    }
  }

  get status(): PluginStatus {
    return this.#host.get(this.#name)!
  }

  /** What has been logged and was not taken with a batch. */
  takeLines(): readonly string[] {
    const lines = [...this.#lines]
    this.#lines.length = 0
    return lines
  }

  /** A plugin without a hook for produced records is shown them as to a consumer, if it has a hook for that. */
  async judge({ topic, partition, header, section, client }: TriedBatch): Promise<Tried> {
    const start = this.#stopwatch()
    const judgement = this.#host.wants(topic)
      ? await this.#host.judge(topic, partition, header, section, { client, by: [] })
      : await this.#host.view(topic, partition, header, section, client)
    const tookMs = this.#stopwatch() - start
    if (judgement.refusals.some(({ isFailure }) => isFailure)) await this.#revive()
    return { outcomes: outcomesOf(judgement, header.recordCount), lines: this.takeLines(), tookMs }
  }

  /** Of a plugin that failed: the next record gets an instance that runs. */
  async #revive(): Promise<void> {
    if (this.status.state !== 'running') await this.#host.reset(this.#name)
  }

  async close(): Promise<void> {
    await this.#host.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** As a producer would send them. */
export function batchOf(records: readonly NewRecord[]): Pick<TriedBatch, 'header' | 'section'> {
  const header = readBatch(encodeBatch(records))
  return { header, section: recordsSection(header) }
}

export function outcomesOf({ refusals, dropped, replacements, throttleMs }: Judgement, count: number): Outcome[] {
  const refused = new Map(refusals.map((refusal) => [refusal.index, refusal]))
  const gone = new Set(dropped)
  return Array.from({ length: count }, (_, index): Outcome => {
    const refusal = refused.get(index)
    const replacement = replacements.get(index) ?? null
    const rest = { reason: refusal?.reason ?? null, replacement, throttleMs }
    if (refusal !== undefined) return { ...rest, verdict: refusal.isFailure ? 'fail' : 'reject' }
    if (gone.has(index)) return { ...rest, verdict: 'drop' }
    if (replacement !== null) return { ...rest, verdict: 'replace' }
    return { ...rest, verdict: throttleMs > 0 ? 'throttle' : 'accept' }
  })
}

/** Of the broker's log, what the plugin said, and what is wrong. */
export function logLinesOf({ level, message }: LogEvent): string[] {
  if (message.startsWith(pluginLine)) return [`${level}: ${message.slice(pluginLine.length)}`]
  return level === 'warn' || level === 'error' ? [`${level}: ${message}`] : []
}
