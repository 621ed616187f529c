/** `blink plugin test`: what a plugin says of records from a file, and whether that is what was expected of it. */
import { resolve } from 'node:path'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import type { Asked } from './asked.ts'
import { differences } from './expectation.ts'
import { readRecords, type TriedRecord } from './records-file.ts'
import { coloured, type ExitCode, type Shell, withProgress } from '../terminal/shell.ts'
import { bytesText, type Cell, oneLine, tableLines, timeText } from '../terminal/table.ts'
import { batchOf, type Outcome, Trial } from './trial.ts'
import { recordText, saidOf, verdictColours } from './verdict-text.ts'

export interface TestOptions {
  readonly asked: Asked
  /** The file of records. */
  readonly records: string
  readonly json?: boolean
}

/** What came of one record. */
export interface Result extends Outcome {
  readonly record: TriedRecord
  readonly lines: readonly string[]
  readonly tookMs: number
  /** In what it differs from what was expected; empty when it does not. */
  readonly differs: readonly string[]
}

export async function testPlugin({ asked, records: file, json }: TestOptions, shell: Shell): Promise<ExitCode> {
  const records = readRecords(resolve(shell.folder, file))
  const trial = await Trial.start(asked, shell)
  try {
    const first = trial.takeLines()
    const results = await withProgress(shell, `${records.length} records`, resultsOf(records, trial, shell))
    const failed = results.filter(({ differs }) => differs.length > 0)
    if (json === true) {
      for (const result of results) shell.out(JSON.stringify(asJson(result)))
    } else {
      for (const line of report(results, first, shell)) shell.out(line)
      shell.out(summary(results, failed.length, shell))
    }
    for (const line of nearLimits(results, trial.status.memoryBytes, asked.plugin)) {
      shell.tell(coloured(shell, 'yellow', line))
    }
    return failed.length === 0 ? 0 : 1
  } finally {
    await trial.close()
  }
}

/** Each alone, so that what is logged and how long it took is known of each. */
async function resultsOf(records: readonly TriedRecord[], trial: Trial, shell: Shell): Promise<Result[]> {
  const results: Result[] = []
  for (const record of records) {
    const { topic, partition, client, key, value, headers } = record
    const timestamp = record.timestamp ?? shell.clock.now()
    const batch = batchOf([{ key, value, headers, timestamp }])
    const { outcomes, lines, tookMs } = await trial.judge({ topic, partition, client, ...batch })
    const outcome = outcomes[0]!
    const differs = record.expect === null ? [] : differences(record.expect, outcome)
    results.push({ ...outcome, record, lines, tookMs, differs })
  }
  return results
}

function report(results: readonly Result[], first: readonly string[], shell: Shell): string[] {
  const columns = [
    { title: 'line', isRight: true },
    { title: 'record' },
    { title: 'verdict' },
    { title: 'time', isRight: true },
    { title: 'what it said' },
  ]
  const rows = results.flatMap((result): Cell[][] => {
    const { record, verdict, tookMs, differs, lines } = result
    const logged = lines.map((line): Cell => ({ text: line, colour: 'dim' }))
    const wrong = differs.map((text): Cell => ({ text: `✗ ${text}`, colour: 'red' }))
    const said = [...saidOf(result), ...logged, ...wrong]
    const head: Cell[] = [
      `${record.line}`,
      recordText(record),
      { text: verdict, colour: verdictColours[verdict] },
      timeText(tookMs),
    ]
    const rest = said.slice(1).map((cell): Cell[] => ['', '', '', '', cell])
    return [[...head, said[0] ?? ''], ...rest]
  })
  return [...first.map(oneLine), ...tableLines(shell, columns, rows)]
}

function summary(results: readonly Result[], failed: number, shell: Shell): string {
  const expected = results.filter(({ record }) => record.expect !== null).length
  const count = `${results.length} record${results.length === 1 ? '' : 's'}`
  if (failed > 0) return coloured(shell, 'red', `${count}, ${failed} not as expected`)
  return coloured(shell, 'green', expected === 0 ? `${count}, nothing expected` : `${count}, all as expected`)
}

/** From where on one should know that there is a limit. */
const nearShare = 0.5

/** What came near a limit, and which setting it is. */
export function nearLimits(
  results: readonly Pick<Result, 'tookMs' | 'record'>[],
  memoryBytes: number,
  { maxMemoryBytes, timeoutMs }: Pick<PluginSettings, 'maxMemoryBytes' | 'timeoutMs'>,
): string[] {
  const slowest = results.reduce<(typeof results)[number] | null>(
    (most, one) => (most === null || one.tookMs > most.tookMs ? one : most),
    null,
  )
  const near: string[] = []
  if (slowest !== null && slowest.tookMs > nearShare * timeoutMs) {
    near.push(
      `line ${slowest.record.line} took ${timeText(slowest.tookMs)} of the ${timeText(timeoutMs)} that a whole ` +
        'batch may take: raise timeout, or do less',
    )
  }
  if (memoryBytes > nearShare * maxMemoryBytes) {
    near.push(
      `it takes ${bytesText(memoryBytes)} of the ${bytesText(maxMemoryBytes)} that it may have: raise max_memory, or ` +
        'look for what it keeps',
    )
  }
  return near
}

function asJson({ record, verdict, reason, replacement, throttleMs, lines, tookMs, differs }: Result) {
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString())
  const { line, topic, partition } = record
  const headers = replacement?.headers.map(({ key, value }) => [key, text(value)])
  const replaced = replacement && { key: text(replacement.key), value: text(replacement.value), headers }
  return { line, topic, partition, verdict, reason, replacement: replaced, throttleMs, lines, tookMs, differs }
}
