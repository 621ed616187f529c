/**
 * Sends records to a broker for a command, at a rate if it is told one, and tells what became of them: a line of JSON
 * for each, or a line for each that was refused and a summary.
 */
import type { KafkaClient } from '../client/kafka-client.ts'
import { type Delivery, Producer, type ProducerOptions, type ToProduce } from '../client/producer.ts'
import { Progress } from '../terminal/progress.ts'
import type { ExitCode, Shell } from '../terminal/shell.ts'

export interface SentRecord extends ToProduce {
  /** Where it stands in what was read: `line 3`, `orders.csv:3`. */
  readonly place: string
}

export interface SendingOptions extends Omit<ProducerOptions<SentRecord>, 'delivered'> {
  readonly json?: boolean
  /** Records a second. */
  readonly rate?: number
  readonly interrupted: AbortSignal
  /** How much of what there is to be read was read, from 0 to 1; null where that cannot be known. */
  readonly share: () => number | null
}

/** Refusals beyond these are counted only. */
const refusalsToldMax = 20

interface Tally {
  /** By topic and partition: how many, and between which offsets. */
  readonly stored: Map<string, { count: number; first: number | null; last: number | null }>
  storedCount: number
  refusedCount: number
}

/** Until there are no more, or Ctrl-C. 1 when any was refused. */
export async function sendAll(
  client: KafkaClient,
  records: AsyncIterable<readonly SentRecord[]>,
  { json = false, rate, interrupted, share, ...options }: SendingOptions,
  shell: Shell,
): Promise<ExitCode> {
  const tally: Tally = { stored: new Map(), storedCount: 0, refusedCount: 0 }
  const delivered = (delivery: Delivery<SentRecord>) => {
    count(tally, delivery)
    if (json) shell.out(JSON.stringify(shown(delivery)))
    else if (delivery.error !== null && tally.refusedCount <= refusalsToldMax) shell.tell(refusalLine(delivery))
  }
  const producer = new Producer(client, { ...options, delivered })
  const progress = new Progress(shell, () => `${tally.storedCount} records`, share)
  const pace = rate === undefined ? null : new Pace(rate, client)
  try {
    for await (const some of records) {
      for (const record of some) {
        if (interrupted.aborted) break
        if (pace !== null) await pace.next(interrupted)
        const room = producer.send(record)
        if (room !== null) await room
      }
    }
    await producer.flush()
  } finally {
    progress.end()
  }
  if (!json) for (const line of summary(tally)) shell.tell(line)
  if (tally.refusedCount > 0) return 1
  return interrupted.aborted ? 130 : 0
}

/** One record after another, at even distances; after a pause, those missed are not made up for. */
class Pace {
  readonly #gapMs: number
  readonly #client: KafkaClient
  #nextMs: number

  constructor(rate: number, client: KafkaClient) {
    this.#gapMs = 1000 / rate
    this.#client = client
    this.#nextMs = client.clock.now()
  }

  async next(interrupted: AbortSignal): Promise<void> {
    const nowMs = this.#client.clock.now()
    const behindMsMax = 100
    if (this.#nextMs > nowMs) await this.#client.pause(this.#nextMs - nowMs, interrupted)
    this.#nextMs = Math.max(this.#nextMs, nowMs - behindMsMax) + this.#gapMs
  }
}

function count(tally: Tally, { record, partition, offset, error }: Delivery<SentRecord>): void {
  if (error !== null) {
    tally.refusedCount++
    return
  }
  tally.storedCount++
  const name = `${record.topic}, partition ${partition}`
  const known = tally.stored.get(name)
  if (known === undefined) tally.stored.set(name, { count: 1, first: offset, last: offset })
  else Object.assign(known, { count: known.count + 1, last: offset ?? known.last })
}

function shown({ record, partition, offset, error }: Delivery<SentRecord>) {
  const { topic, place } = record
  if (error === null) return { topic, partition, offset }
  return { topic, partition, place, error: { code: error.name, message: error.message } }
}

function refusalLine({ record, error }: Delivery<SentRecord>): string {
  const why = error!.message === null ? '' : `: ${error!.message}`
  return `blink: ${record.place} was refused by ${record.topic}: ${error!.name}${why}`
}

const partitionsToldMax = 10

function summary({ stored, storedCount, refusedCount }: Tally): string[] {
  const lines = [...stored].slice(0, partitionsToldMax).map(([name, { count, first, last }]) => {
    const offsets = first === null ? '' : first === last ? ` at offset ${first}` : ` at offsets ${first} to ${last}`
    return `${plural(count)} in ${name}${offsets}`
  })
  if (stored.size > partitionsToldMax) lines.push(`${plural(storedCount)} in ${stored.size} partitions`)
  if (refusedCount > 0) lines.push(`${plural(refusedCount)} refused`)
  return lines.length === 0 ? ['no records'] : lines
}

function plural(count: number): string {
  return count === 1 ? '1 record' : `${count} records`
}
