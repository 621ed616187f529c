/**
 * Plays a table of events on a share partition, on a clock turned by hand, and compares what happens line by line.
 *
 *   //  at     does                     answers                     in flight
 *      0 s     a takes 3                0-4 (1)                     0…4: a 0-4
 *      1 s     a accepts 0-4            –                           5…5:
 *
 * Columns are two blanks or more apart; a dash stands for nothing. Time passes before the event. What members get comes
 * with the count of its deliveries; `free`, `done` and `gone` are records that are available, acknowledged, archived.
 */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { encodeEndMarker } from '../../src/protocol/control-records.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { encodeBatch, type RecordBatch, readBatch } from '../../src/protocol/records.ts'
import type { Acquired } from '../../src/share/acquisition.ts'
import type { RecordState } from '../../src/share/in-flight.ts'
import {
  acknowledgeTypes,
  type GivenUp,
  type ShareLimits,
  type SharePartition,
} from '../../src/share/share-partition.ts'
import { SharePartitions } from '../../src/share/share-partitions.ts'
import { ShareStates } from '../../src/share/share-states.ts'

export const shareLimits: ShareLimits = { recordLocksMax: 2000, deliveryCountMax: 5, lockMs: 30_000, mayRenew: true }

export interface StageOptions extends Partial<ShareLimits> {
  /** Records in each batch of the log; negative: aborted, by one producer, with a marker after it. */
  readonly log?: readonly number[]
  readonly batchSize?: number
  readonly isRecordLimit?: boolean
}

const key = { groupId: 'g', topicId: 't', partition: 0 }
const producerId = 7
const verbs: Readonly<Record<string, number>> = {
  skips: acknowledgeTypes.gap,
  accepts: acknowledgeTypes.accept,
  releases: acknowledgeTypes.release,
  rejects: acknowledgeTypes.reject,
  renews: acknowledgeTypes.renew,
}
const stateNames: Readonly<Record<RecordState, string>> = {
  available: 'free',
  acquired: 'held',
  acknowledged: 'done',
  archived: 'gone',
}

export function playShare(table: string, options: StageOptions = {}): void {
  const stage = new ShareStage(options)
  const expected = table.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
  const rows = expected.map((line) => line.trim().split(/\s{2,}/))
  const happened = rows.map(([at = '', does = '']) => [at, does, stage.run(at, does), stage.inFlight])
  const print = (all: readonly (readonly string[])[]) => all.map((row) => row.join(' | ')).join('\n')
  assert.is(print(happened), print(rows))
}

export class ShareStage {
  readonly clock = new ManualClock()
  readonly states = new ShareStates()
  readonly #options: StageOptions
  readonly #partitions: SharePartitions
  #log: RecordBatch[] = []
  #aborted: { producerId: number; firstOffset: number }[] = []
  /** What the group gave up, in this order. */
  readonly givenUp: GivenUp[] = []
  #logStartOffset = 0
  endOffset = 0

  constructor(options: StageOptions) {
    this.#options = options
    const limits = () => ({ ...shareLimits, ...options })
    this.#partitions = new SharePartitions({
      clock: this.clock,
      states: this.states,
      limits,
      giveUp: (_, all) => this.givenUp.push(...all),
    })
    this.states.initialize(key, 1, -1)
    for (const count of options.log ?? [5, 5, 10]) this.produce(count)
  }

  get partition(): SharePartition {
    const opened = this.#partitions.open(key, 0, () => this.#logStartOffset)
    if (opened instanceof KafkaError) throw new Error(`${opened.name}: ${opened.message}`)
    return opened
  }

  get inFlight(): string {
    const { partition } = this
    const runs: { who: string; firstOffset: number; lastOffset: number }[] = []
    for (const [{ state, memberId }, { firstOffset, lastOffset }] of partition.inFlight()) {
      const who = memberId === '' ? stateNames[state] : memberId
      const last = runs.at(-1)
      if (last?.who === who && last.lastOffset + 1 === firstOffset) last.lastOffset = lastOffset
      else runs.push({ who, firstOffset, lastOffset })
    }
    const all = runs.map(({ who, firstOffset, lastOffset }) => ` ${who} ${firstOffset}-${lastOffset}`)
    return `${partition.startOffset}…${partition.endOffset}:${all.join('')}`
  }

  /** Appends a batch of so many records; negative: and aborts it. */
  produce(count: number): void {
    const isAborted = count < 0
    const records = Array.from({ length: Math.abs(count) }, () => ({ timestamp: 0, key: null, value: null }))
    const transaction = isAborted ? { producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true } : {}
    this.#append(encodeBatch(records, { ...transaction, baseOffset: this.endOffset }))
    if (!isAborted) return
    this.#aborted.push({ producerId, firstOffset: this.endOffset + count })
    const marker = encodeEndMarker({
      producerId,
      producerEpoch: 0,
      isCommitted: false,
      coordinatorEpoch: 0,
      timestamp: 0,
    })
    const bytes = Buffer.from(marker.bytes)
    bytes.writeBigInt64BE(BigInt(this.endOffset))
    this.#append(bytes)
  }

  run(at: string, does: string): string {
    const atMs = Number.parseFloat(at) * 1000
    this.clock.advance(atMs - this.clock.now())
    const [who = '', verb = '', what = ''] = does.split(' ')
    switch (verb) {
      case 'takes':
        return this.take(who, Number(what)).map(told).join(' ') || '–'
      case 'leaves':
        return saidOf(this.partition.release(who))
      case 'starts':
        this.#logStartOffset = Number(what)
        this.#log = this.#log.filter((batch) => batch.baseOffset + batch.lastOffsetDelta >= this.#logStartOffset)
        this.partition.moveStart(this.#logStartOffset)
        return '–'
      case 'forgets':
        this.#partitions.clear()
        return '–'
      case 'sets':
        return saidOf(this.states.initialize(key, 2, Number(what)))
      case 'waits':
        return '–'
      default:
        return saidOf(this.acknowledge(who, verb, what))
    }
  }

  take(memberId: string, recordsMax: number): readonly Acquired[] {
    const { batchSize = 100, isRecordLimit = false } = this.#options
    const { partition } = this
    if (!partition.canAcquire) return []
    const fetchOffset = partition.nextFetchOffset
    const read = this.#log.filter(({ baseOffset, lastOffsetDelta }) => baseOffset + lastOffsetDelta >= fetchOffset)
    return partition.acquire({ memberId, isRecordLimit, batchSize, recordsMax, fetchOffset }, read, this.#aborted)
  }

  /** `what`: `0-4`, or `0-4,7-9`; the verb `acks` has a type for each record: `0-2=121`. */
  acknowledge(memberId: string, verb: string, what: string): KafkaError | null {
    const batches = what.split(',').map((part) => {
      const [span = '', types] = part.split('=')
      const [firstOffset = 0, lastOffset = 0] = span.split('-').map(Number)
      return {
        firstOffset,
        lastOffset,
        acknowledgeTypes: types === undefined ? [verbs[verb]!] : [...types].map(Number),
      }
    })
    return this.partition.acknowledge(memberId, batches)
  }

  #append(bytes: Buffer): void {
    const batch = readBatch(bytes)
    this.#log.push(batch)
    this.endOffset += batch.lastOffsetDelta + 1
  }
}

function told({ firstOffset, lastOffset, deliveryCount }: Acquired): string {
  return `${firstOffset}-${lastOffset}(${deliveryCount})`
}

function saidOf(error: KafkaError | null): string {
  return error?.name ?? '–'
}
