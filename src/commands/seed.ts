/** `blink seed`: fills topics of any broker with the records of JSON, NDJSON and CSV files. */
import { basename, extname } from 'node:path'
import { type Command, Option } from 'commander'
import { type FileFormat, fileFormats, formatOf, recordsIn } from '../record-files.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { example, positive } from './arguments.ts'
import { addBrokerOptions, type BrokerOptions, withClient } from './broker-options.ts'
import { guarded, Reading } from './reading.ts'
import type { Run } from './running.ts'
import { type SentRecord, sendAll } from './sending.ts'

export interface SeedOptions extends BrokerOptions {
  readonly topic?: string
  readonly format?: FileFormat
  readonly rate?: number
}

export function describe(seed: Command, run: Run): void {
  addBrokerOptions(seed)
    .argument('<files...>', '.json, .ndjson, .jsonl or .csv; - for standard input')
    .option('-t, --topic <topic>', 'where to, for records that do not say (default: the name of their file)')
    .addOption(new Option('-f, --format <format>', 'of the files (default: by their names)').choices(fileFormats))
    .addOption(new Option('--rate <records>', 'no more than so many a second').argParser(positive))
    .addHelpText('after', example('blink seed orders.csv', 'blink seed fixtures.json --broker staging:9092'))
    .action((files: string[], options: SeedOptions) =>
      run((shell, interrupted) =>
        withClient(options, shell, interrupted, (client): Promise<ExitCode> => {
          const rate = options.rate === undefined ? {} : { rate: options.rate }
          const inputs = files.map((file) => (file === '-' ? null : file))
          const reading = new Reading(inputs, shell, interrupted)
          const sending = { json: options.json === true, interrupted, share: () => reading.share, ...rate }
          return sendAll(client, seedRecords(files, options, shell, reading), sending, shell)
        }),
      ),
    )
}

export async function* seedRecords(
  files: readonly string[],
  { topic, format: asked }: SeedOptions,
  shell: Shell,
  reading: Reading,
): AsyncGenerator<readonly SentRecord[]> {
  for (const file of files) {
    const isInput = file === '-'
    const name = isInput ? 'standard input' : file
    const format = asked ?? formatOf(file)
    if (format === null) {
      throw new Mistake(`${name}: its name does not say what it holds; say --format ${fileFormats.join(', ')}`, 2)
    }
    const chunks = reading.open(isInput ? null : file)
    const ownName = isInput ? null : topicNamed(file)
    for await (const one of guarded(recordsIn({ name, format, chunks, now: shell.clock.now }), isInput ? null : file)) {
      const where = one.topic ?? topic ?? ownName
      if (where === null) throw new Mistake(`${one.place} names no topic: write one in it, or say --topic`, 2)
      const { partition, ...rest } = one
      yield [partition === null ? { ...rest, topic: where } : { ...rest, topic: where, partition }]
    }
  }
}

/** `orders` for `fixtures/orders.csv`; null where that would be no name of a topic. */
function topicNamed(file: string): string | null {
  const name = basename(file, extname(file))
  return /^(?!\.\.?$)[\w.-]{1,249}$/.test(name) ? name : null
}
