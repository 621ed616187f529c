/**
 * `blink plugin test --topic`: what a plugin would say of the records of a topic, in any Kafka, as they are stored
 * there. Nothing is changed: not the topic, not a group's offsets.
 */
import type { RecordBatch } from '../protocol/batch.ts'
import { recordsIn, recordsSection } from '../protocol/records.ts'
import { coloured, type ExitCode, type Shell } from '../terminal/shell.ts'
import { oneLine } from '../terminal/table.ts'
import type { Asked } from './asked.ts'
import { type VerdictName, verdictNames } from './records-file.ts'
import { type From, readTopic } from './topic-reader.ts'
import { Trial, type Tried } from './trial.ts'
import { VerdictPrinter } from './verdict-printer.ts'

export interface ShadowOptions {
  readonly asked: Asked
  readonly topic: string
  readonly broker: string
  readonly from: From
  /** It ends after as many records. */
  readonly limit?: number
  readonly json?: boolean
  /** Ctrl-C. */
  readonly interrupted: AbortSignal
}

/** Of a batch that unpacks to more, nobody would see the end. */
const uncompressedBytesMax = 256 * 1024 * 1024
const nobody = { id: null, principal: null }

export async function shadowRun(options: ShadowOptions, shell: Shell): Promise<ExitCode> {
  const { asked, topic, broker, from, limit = Number.POSITIVE_INFINITY, json = false, interrupted } = options
  const trial = await Trial.start(asked, shell)
  const printer = new VerdictPrinter(shell, json)
  const done = new AbortController()
  const counts = Object.fromEntries(verdictNames.map((name) => [name, 0])) as Record<VerdictName, number>
  let left = limit
  const judge = async (partition: number, batch: RecordBatch) => {
    const section = recordsSection(batch, uncompressedBytesMax)
    const tried = await trial.judge({ topic, partition, header: batch, section, client: nobody })
    left -= print(printer, { topic, partition, batch, section }, tried, left, counts)
    if (left <= 0) done.abort()
  }
  const inTurn = oneByOne(judge)
  try {
    for (const line of trial.takeLines()) shell.tell(oneLine(line))
    await readTopic({
      address: broker,
      topic,
      from,
      clock: shell.clock,
      stopped: AbortSignal.any([interrupted, done.signal]),
      take: inTurn,
      whenReading: (partitions) => {
        shell.tell(coloured(shell, 'dim', `reading ${topic}, ${partitions} partitions, from ${from}; Ctrl-C ends it`))
      },
    })
    const told = verdictNames.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`)
    shell.tell(told.length === 0 ? 'no records' : told.join(', '))
    return 0
  } finally {
    await trial.close()
  }
}

/** Lines of a batch are not to mix with those of another partition's. */
function oneByOne<A extends unknown[]>(job: (...words: A) => Promise<void>): (...words: A) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (...words) => {
    const next = last.then(() => job(...words))
    last = next.catch(() => {})
    return next
  }
}

interface Judged {
  readonly topic: string
  readonly partition: number
  readonly batch: RecordBatch
  readonly section: Buffer
}

/** How many it printed. */
function print(
  printer: VerdictPrinter,
  { topic, partition, batch, section }: Judged,
  { outcomes, lines, tookMs }: Tried,
  max: number,
  counts: Record<VerdictName, number>,
): number {
  let index = 0
  for (const record of recordsIn(section, batch)) {
    if (index >= max) break
    const outcome = outcomes[index]!
    counts[outcome.verdict]++
    printer.print({ topic, partition, offset: record.offset, record, outcome, tookMs: tookMs / batch.recordCount })
    index++
  }
  printer.printLines(lines)
  return index
}
