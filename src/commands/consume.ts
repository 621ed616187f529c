/** `blink consume`: prints records, alone or as a member of a group, following what comes or until the end. */
import { type Command, Option } from 'commander'
import { type AssignorName, assignors } from '../client/assignors.ts'
import { nameOf } from '../client/by-leader.ts'
import { type FetchedBatch, Fetcher, recordsOf } from '../client/fetcher.ts'
import { GroupMember } from '../client/group-member.ts'
import { committedOffsets } from '../client/group-offsets.ts'
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts'
import { endsOf, partitionsOf } from '../client/offsets.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { example, positive, wholeNumber } from './arguments.ts'
import { addBrokerOptions, type BrokerOptions, withClient } from './broker-options.ts'
import { formatHelp, formatter, jsonLine, type PlacedRecord } from './record-format.ts'
import type { Run } from './running.ts'
import { positionsAt, type StartAt, startAt, startAtForms } from './start-at.ts'

export interface ConsumeOptions extends BrokerOptions {
  readonly topics: readonly string[]
  readonly group?: string
  readonly from?: StartAt
  readonly count?: number
  readonly partition?: readonly number[]
  readonly format?: string
  readonly end?: boolean
  readonly isolation?: 'read-committed' | 'read-uncommitted'
  readonly assignor?: AssignorName
}

const commitMs = 1000
/** Lines are written together, up to so many bytes. */
const writtenBytesMax = 64 * 1024

export function describe(consume: Command, run: Run): void {
  const assignorNames = Object.keys(assignors) as AssignorName[]
  addBrokerOptions(consume)
    .argument('<topics...>', 'what to read')
    .addOption(new Option('-o, --from <where>', `from where on: ${startAtForms}`).argParser(startAt))
    .addOption(new Option('-n, --count <records>', 'end after so many').argParser(positive))
    .option('-e, --end', 'end where the topics end now, instead of following what comes')
    .addOption(
      new Option('-p, --partition <number>', 'only this one; may be repeated').argParser(
        (text: string, all: readonly number[] | undefined) => [...(all ?? []), wholeNumber(text)],
      ),
    )
    .option('-g, --group <group>', 'as a member of this group, which goes on where it was')
    .addOption(new Option('--assignor <name>', 'how the group shares partitions').choices(assignorNames))
    .option('-f, --format <format>', 'what to print of a record (default: "%s\\n")')
    .addOption(
      new Option('--isolation <level>', 'whether records of open and aborted transactions are read')
        .choices(['read-committed', 'read-uncommitted'])
        .default('read-uncommitted'),
    )
    .addHelpText('after', formatHelp)
    .addHelpText('after', example('blink consume orders', 'blink consume orders --from -10 --end --format "%k: %s\\n"'))
    .action((topics: string[], options: Omit<ConsumeOptions, 'topics'>) =>
      run((shell, interrupted) =>
        withClient(options, shell, interrupted, (client) =>
          consumeRecords({ ...options, topics }, { client, shell, interrupted }),
        ),
      ),
    )
}

export interface Surroundings {
  readonly client: KafkaClient
  readonly shell: Shell
  /** Ctrl-C: the usual end of following. */
  readonly interrupted: AbortSignal
}

export async function consumeRecords(options: ConsumeOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.group !== undefined && options.partition !== undefined) {
    throw new Mistake('--partition and --group exclude each other: a group shares out the partitions itself', 2)
  }
  const printer = new Printer(options, surroundings)
  if (options.group === undefined) await readAlone(options, surroundings, printer)
  else await readInGroup(options.group, options, surroundings, printer)
  return 0
}

/** Prints until there was enough: so many records, or the end. */
class Printer {
  readonly done = new AbortController()
  readonly #shell: Shell
  readonly #print: (record: PlacedRecord) => Buffer
  #left: number
  /** Where reading ends, by partition; null: nowhere. */
  #ends: Map<string, number> | null = null

  constructor({ json, format = '%s\\n', count = Number.POSITIVE_INFINITY }: ConsumeOptions, { shell }: Surroundings) {
    this.#shell = shell
    this.#print = json ? jsonLine : formatter(format)
    this.#left = count
  }

  /** Some of these may have nothing left to be read. */
  endAt(ends: readonly (TopicPartition & { readonly offset: number; readonly end: number })[]): void {
    this.#ends = new Map(ends.filter(({ offset, end }) => offset < end).map((one) => [nameOf(one), one.end]))
    this.#endIfDone(null)
  }

  /** Answers with the offset up to which the batch was printed. */
  async take(fetched: FetchedBatch): Promise<number> {
    const { topic, partition, batch } = fetched
    const name = nameOf(fetched)
    const end = this.#ends === null ? Number.POSITIVE_INFINITY : (this.#ends.get(name) ?? 0)
    let next = fetched.from
    let lines: Buffer[] = []
    let bytes = 0
    const flush = () => {
      const wait = bytes === 0 ? null : this.#shell.write(Buffer.concat(lines, bytes))
      lines = []
      bytes = 0
      return wait
    }
    for (const record of recordsOf(fetched)) {
      if (record.offset >= end) this.#ends?.delete(name)
      if (this.#left === 0 || record.offset >= end) {
        await flush()
        return this.#endIfDone(next)
      }
      const line = this.#print(Object.assign(record, { topic, partition }))
      lines.push(line)
      bytes += line.length
      this.#left--
      next = record.offset + 1
      if (bytes >= writtenBytesMax) await flush()
    }
    await flush()
    next = batch.baseOffset + batch.lastOffsetDelta + 1
    if (next >= end) this.#ends?.delete(name)
    return this.#endIfDone(next)
  }

  /** What lies before this offset is gone, or was in transactions that were aborted. */
  skip(partition: TopicPartition, to: number): void {
    const end = this.#ends?.get(nameOf(partition))
    if (end !== undefined && to >= end) this.#ends!.delete(nameOf(partition))
    this.#endIfDone(null)
  }

  #endIfDone<T>(answer: T): T {
    if (this.#left === 0 || this.#ends?.size === 0) this.done.abort()
    return answer
  }
}

async function readAlone(options: ConsumeOptions, { client, shell, interrupted }: Surroundings, printer: Printer) {
  const isCommitted = options.isolation === 'read-committed'
  const all = (await Promise.all(options.topics.map((topic) => partitionsOf(client, topic)))).flat()
  const partitions = chosen(all, options)
  const positions = await positionsAt(client, partitions, options.from ?? { kind: 'earliest' })
  if (options.end) {
    const ends = await endsOf(client, partitions, { isCommitted })
    printer.endAt(positions.map((one, at) => ({ ...one, end: ends[at]!.end })))
  }
  const fetcher = new Fetcher(client, {
    isCommitted,
    take: async (fetched) => void (await printer.take(fetched)),
    passed: (partition, to) => printer.skip(partition, to),
    skipped: (partition, from, to) => {
      tellSkipped(shell, partition, from, to)
      printer.skip(partition, to)
    },
  })
  fetcher.assign(positions)
  await fetcher.run(AbortSignal.any([interrupted, printer.done.signal]))
}

function chosen(all: readonly TopicPartition[], { partition: wanted, topics }: ConsumeOptions) {
  if (wanted === undefined) return all
  const found = all.filter(({ partition }) => wanted.includes(partition))
  const missing = wanted.find((one) => !found.some(({ partition }) => partition === one))
  if (missing === undefined) return found
  throw new Mistake(`there is no partition ${missing} in ${topics.join(', ')}`)
}

async function readInGroup(
  group: string,
  options: ConsumeOptions,
  { client, shell, interrupted }: Surroundings,
  printer: Printer,
): Promise<void> {
  const stopped = AbortSignal.any([interrupted, printer.done.signal])
  const printed = new Map<string, TopicPartition & { readonly offset: number }>()
  const isCommitted = options.isolation === 'read-committed'
  const fetcher = new Fetcher(client, {
    isCommitted,
    take: async (fetched) => {
      const offset = await printer.take(fetched)
      const { topic, partition } = fetched
      printed.set(nameOf(fetched), { topic, partition, offset })
    },
    passed: (partition, to) => printer.skip(partition, to),
    skipped: (partition, from, to) => tellSkipped(shell, partition, from, to),
  })
  const commit = async () => {
    const read = [...printed.values()]
    await member.commit(read)
    for (const one of read) if (printed.get(nameOf(one))?.offset === one.offset) printed.delete(nameOf(one))
  }
  let isFirst = true
  const member = new GroupMember(client, {
    group,
    topics: options.topics,
    ...(options.assignor === undefined ? {} : { assignors: [options.assignor] }),
    revoked: async (partitions) => {
      const gone = new Set(partitions.map(nameOf))
      fetcher.assign(fetcher.positions().filter((one) => !gone.has(nameOf(one))))
      await fetcher.settled()
      await commit()
    },
    assigned: async (partitions) => {
      const positions = await positionsOf(client, group, partitions, options.from ?? { kind: 'earliest' })
      if (options.end && isFirst) {
        const ends = await endsOf(client, partitions, { isCommitted })
        printer.endAt(positions.map((one, at) => ({ ...one, end: ends[at]!.end })))
      }
      isFirst = false
      // Where nothing was read yet, the group is told so, too: its lag is known from the beginning.
      for (const one of positions) if (!printed.has(nameOf(one))) printed.set(nameOf(one), one)
      fetcher.assign(positions)
    },
  })
  const timer = shell.clock.every(commitMs, () => void commit().catch(() => {}))
  const failed = new AbortController()
  const either = AbortSignal.any([stopped, failed.signal])
  const end = (error: unknown) => {
    failed.abort()
    throw error
  }
  try {
    await Promise.all([fetcher.run(either).catch(end), member.run(either).catch(end)])
  } finally {
    timer.cancel()
  }
}

/** Where the group left off; where it never was, from where it is told to begin. */
async function positionsOf(client: KafkaClient, group: string, partitions: readonly TopicPartition[], start: StartAt) {
  const committed = partitions.length === 0 ? [] : await committedOffsets(client, group, partitions)
  const known = new Map(committed.map((one) => [nameOf(one), one]))
  const fresh = partitions.filter((one) => !known.has(nameOf(one)))
  for (const one of await positionsAt(client, fresh, start)) known.set(nameOf(one), one)
  return partitions.map((one) => known.get(nameOf(one))!)
}

function tellSkipped(shell: Shell, { topic, partition }: TopicPartition, from: number, to: number): void {
  shell.tell(`blink: partition ${partition} of ${topic} has nothing at offset ${from}; it goes on at ${to}`)
}
