/** `blink seed`: fills topics of any broker with the records of JSON, NDJSON and CSV files. */
import { createReadStream } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type FileFormat, fileFormats, formatOf, recordsIn } from '../record-files.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { example, positive } from './arguments.ts'
import { addBrokerOptions, type BrokerOptions, withClient } from './broker-options.ts'
import { guarded } from './produce.ts'
import type { Run } from './running.ts'
import { type SentRecord, sendAll, untilAborted } from './sending.ts'

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
          const sending = { json: options.json === true, interrupted, ...rate }
          return sendAll(client, seedRecords(files, options, shell, interrupted), sending, shell)
        }),
      ),
    )
}

export async function* seedRecords(
  files: readonly string[],
  { topic, format: asked }: SeedOptions,
  shell: Shell,
  interrupted: AbortSignal,
): AsyncGenerator<readonly SentRecord[]> {
  for (const file of files) {
    const isInput = file === '-'
    const name = isInput ? 'standard input' : file
    const format = asked ?? formatOf(file)
    if (format === null) {
      throw new Mistake(`${name}: its name does not say what it holds; say --format ${fileFormats.join(', ')}`, 2)
    }
    const input = isInput ? shell.input() : createReadStream(resolve(shell.folder, file))
    const chunks = untilAborted<Uint8Array>(input, interrupted)
    const ownName = isInput ? null : topicNamed(file)
    for await (const one of guarded(recordsIn({ name, format, chunks, now: shell.clock.now }), name)) {
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
