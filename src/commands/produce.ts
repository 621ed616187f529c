/** `blink produce`: records from lines, lines of JSON, or whole files, to one topic of any broker. */
import { type Command, Option } from 'commander'
import { type CompressionType, compressionTypes } from '../protocol/compression.ts'
import type { NewHeader } from '../protocol/records.ts'
import type { FileRecord } from '../record-files.ts'
import { Mistake, type Shell } from '../terminal/shell.ts'
import { collectPairs, example, positive, wholeNumber } from './arguments.ts'
import { addBrokerOptions, type BrokerOptions, withClient } from './broker-options.ts'
import { guarded, Reading } from './reading.ts'
import type { Run } from './running.ts'
import { type SentRecord, sendAll } from './sending.ts'

const inputFormats = ['lines', 'ndjson', 'file'] as const
const acksByName = { all: -1, '1': 1, '0': 0 } as const

export interface ProduceOptions extends BrokerOptions {
  readonly key?: string
  readonly keySeparator?: string
  readonly header?: readonly (readonly [name: string, value: string])[]
  readonly partition?: number
  readonly compression?: CompressionType
  readonly format?: (typeof inputFormats)[number]
  readonly tombstones?: boolean
  readonly acks?: keyof typeof acksByName
  readonly rate?: number
  /** From commander's `--no-create`. */
  readonly create?: boolean
}

export function describe(produce: Command, run: Run): void {
  addBrokerOptions(produce)
    .argument('<topic>', 'where to')
    .argument('[files...]', 'what to read (default: standard input)')
    .option('-k, --key <key>', 'the key of every record')
    .option('-K, --key-separator <text>', 'what stands between key and value of a line')
    .addOption(
      new Option('-H, --header <name=value>', 'a header of every record; may be repeated').argParser(collectPairs),
    )
    .addOption(new Option('-p, --partition <number>', 'where to (default: by the key)').argParser(wholeNumber))
    .addOption(
      new Option('-f, --format <format>', 'a record a line, a line of JSON, or a file')
        .choices(inputFormats)
        .default('lines'),
    )
    .option('-Z, --tombstones', 'an empty value is no value')
    .addOption(new Option('-z, --compression <codec>', 'of batches').choices(compressionTypes).default('none'))
    .addOption(
      new Option('--acks <acks>', 'who must have stored a record').choices(Object.keys(acksByName)).default('all'),
    )
    .addOption(new Option('--rate <records>', 'no more than so many a second').argParser(positive))
    .option('--no-create', 'not to a topic that is not there')
    .addHelpText(
      'after',
      example(
        'echo hello | blink produce greetings',
        'blink produce orders -K : < orders.txt',
        'blink produce photos cat.jpg -f file -k cat',
      ),
    )
    .action((topic: string, files: string[], options: ProduceOptions) =>
      run((shell, interrupted) =>
        withClient(options, shell, interrupted, (client) => {
          const reading = new Reading(inputsOf(files), shell, interrupted)
          const sending = {
            json: options.json === true,
            createsTopics: options.create !== false,
            acks: acksByName[options.acks ?? 'all'],
            compression: options.compression ?? 'none',
            interrupted,
            share: () => reading.share,
            ...(options.rate === undefined ? {} : { rate: options.rate }),
          }
          return sendAll(client, recordsFor(topic, files, options, shell, reading), sending, shell)
        }),
      ),
    )
}

/** Null: standard input. */
function inputsOf(files: readonly string[]): readonly (string | null)[] {
  return files.length === 0 ? [null] : files
}

/** What is to be sent, as it is read. */
export async function* recordsFor(
  topic: string,
  files: readonly string[],
  options: ProduceOptions,
  shell: Shell,
  reading: Reading,
): AsyncGenerator<readonly SentRecord[]> {
  const { format = 'lines' } = options
  if (options.keySeparator === '') throw new Mistake('--key-separator is empty: name the text between key and value', 2)
  if (format !== 'lines' && options.keySeparator !== undefined) {
    throw new Mistake(`--key-separator is for lines, and --format is ${format}`, 2)
  }
  for (const file of inputsOf(files)) {
    const input = reading.open(file)
    if (format === 'ndjson') yield* fromJson(topic, input, file, options, shell)
    else if (format === 'file') yield [fromFile(topic, file, await whole(input), options, shell)]
    else yield* fromLines(topic, input, file, options, shell)
  }
}

async function* fromLines(
  topic: string,
  input: AsyncIterable<Uint8Array>,
  file: string | null,
  options: ProduceOptions,
  { clock }: Shell,
): AsyncGenerator<readonly SentRecord[]> {
  const { lines } = await import('../record-files.ts')
  const name = file ?? 'standard input'
  const same = fixed(options)
  let number = 0
  for await (const some of guarded(lines(input, name), file)) {
    yield some.map((line) => {
      number++
      const place = file === null ? `line ${number}` : `${file}:${number}`
      const { key, value } = split(line, options, place)
      return { topic, ...same, key, value: emptied(value, options), timestamp: clock.now(), place }
    })
  }
}

function split(line: Buffer, { key, keySeparator }: ProduceOptions, place: string) {
  const fixedKey = key === undefined ? null : Buffer.from(key)
  if (keySeparator === undefined) return { key: fixedKey, value: line }
  const at = line.indexOf(keySeparator)
  if (at === -1) throw new Mistake(`${place} holds no ${JSON.stringify(keySeparator)}, which --key-separator promises`)
  return { key: line.subarray(0, at), value: line.subarray(at + Buffer.byteLength(keySeparator)) }
}

async function* fromJson(
  topic: string,
  chunks: AsyncIterable<Uint8Array>,
  file: string | null,
  options: ProduceOptions,
  { clock }: Shell,
): AsyncGenerator<readonly SentRecord[]> {
  const { recordsIn } = await import('../record-files.ts')
  const name = file ?? 'standard input'
  for await (const one of guarded(recordsIn({ name, format: 'ndjson', chunks, now: clock.now }), file)) {
    yield [sentRecord(one, topic, options)]
  }
}

/** What a flag says holds where the record says nothing; its topic is the one that was named. */
function sentRecord(record: FileRecord, topic: string, options: ProduceOptions): SentRecord {
  const { key, value, timestamp, place } = record
  const { headers, partition } = fixed(options)
  const where = record.partition ?? partition
  return {
    topic,
    key: key ?? (options.key === undefined ? null : Buffer.from(options.key)),
    value: emptied(value, options),
    headers: [...record.headers, ...headers],
    timestamp,
    place,
    ...(where === undefined ? {} : { partition: where }),
  }
}

function fromFile(
  topic: string,
  file: string | null,
  value: Buffer,
  options: ProduceOptions,
  { clock }: Shell,
): SentRecord {
  const key = options.key === undefined ? null : Buffer.from(options.key)
  const place = file ?? 'standard input'
  return { topic, ...fixed(options), key, value: emptied(value, options), timestamp: clock.now(), place }
}

function fixed({ header = [], partition }: ProduceOptions): { headers: NewHeader[]; partition?: number } {
  const headers = header.map(([key, value]) => ({ key, value: Buffer.from(value) }))
  return partition === undefined ? { headers } : { headers, partition }
}

function emptied(value: Buffer | null, { tombstones = false }: ProduceOptions): Buffer | null {
  return tombstones && value?.length === 0 ? null : value
}

async function whole(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of input) chunks.push(chunk)
  return Buffer.concat(chunks)
}
