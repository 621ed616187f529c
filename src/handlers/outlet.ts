/**
 * The one way out for records: stored batches go as views of what is stored, unless a plugin wants to see records of
 * their topic on the way to consumers. What it hides is taken out as log compaction takes it out, what it replaces
 * keeps its offset; what is stored stays.
 *
 * Where a plugin fails, the fetch fails with KAFKA_STORAGE_ERROR, upon which consumers ask again from the same offset:
 * to leave the records out would lose them in silence.
 */
import type { Logger } from '../base/logger.ts'
import type { Partition } from '../log/partition.ts'
import type { Client } from '../plugins/judgement.ts'
import { KAFKA_STORAGE_ERROR, KafkaError, UNKNOWN_SERVER_ERROR } from '../protocol/errors.ts'
import { type RecordBatch, readBatch, recordsSection, withSection } from '../protocol/records.ts'
import { replacedSection } from '../protocol/rewriting.ts'
import type { Judge } from './intake.ts'

export interface OutletOptions {
  readonly judge: Pick<Judge, 'wantsFetch' | 'view'>
  /** What plugins may make of one batch, uncompressed. */
  readonly uncompressedBytesMax: number
  readonly logger: Logger
}

type From = Pick<Partition, 'topic' | 'index'>

export class Outlet {
  readonly #options: OutletOptions

  constructor(options: OutletOptions) {
    this.#options = options
  }

  wants(topic: string): boolean {
    return this.#options.judge.wantsFetch(topic)
  }

  /** What the client gets of these views of whole batches: up to the first that cannot be shown, or why that cannot. */
  async show(from: From, views: readonly Buffer[], client: Client): Promise<readonly Buffer[] | KafkaError> {
    const shown: Buffer[] = []
    for (const view of views) {
      let untouchedFrom = 0
      for (let start = 0; start < view.length; ) {
        const batch = readBatch(view, start)
        const bytes = await this.#showBatch(from, batch, client)
        if (bytes instanceof KafkaError) {
          const before = start > untouchedFrom ? [...shown, view.subarray(untouchedFrom, start)] : shown
          return before.length === 0 ? bytes : before
        }
        const end = start + batch.bytes.length
        if (bytes !== batch.bytes) {
          if (start > untouchedFrom) shown.push(view.subarray(untouchedFrom, start))
          shown.push(bytes)
          untouchedFrom = end
        }
        start = end
      }
      if (untouchedFrom === 0) shown.push(view)
      else if (untouchedFrom < view.length) shown.push(view.subarray(untouchedFrom))
    }
    return shown
  }

  async #showBatch({ topic, index }: From, batch: RecordBatch, client: Client): Promise<Buffer | KafkaError> {
    if (batch.isControl || batch.recordCount === 0) return batch.bytes
    const { judge, uncompressedBytesMax, logger } = this.#options
    const section = recordsSection(batch, uncompressedBytesMax)
    const { refusals, dropped, replacements } = await judge.view(topic, index, batch, section, client)
    const [refusal] = refusals
    if (refusal !== undefined) {
      return KAFKA_STORAGE_ERROR.because(`plugin '${refusal.plugin}' failed: ${refusal.reason}`)
    }
    if (dropped.length === 0 && replacements.size === 0) return batch.bytes
    const left = replacedSection(batch, section, replacements, new Set(dropped))
    if (left.length <= uncompressedBytesMax) return withSection(batch, left, batch.recordCount - dropped.length).bytes
    const why = `plugins made ${left.length} bytes of a batch, more than the ${uncompressedBytesMax} there may be`
    logger.error(`${why}: it cannot be fetched`, { topic, partition: index, offset: batch.baseOffset })
    return UNKNOWN_SERVER_ERROR.because(why)
  }
}
