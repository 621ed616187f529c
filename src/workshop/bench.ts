/**
 * `blink plugin bench`: what a record costs that goes through a plugin, by the size of its value, in batches and alone,
 * beside a plugin that does nothing. The way there and back, through the plugin's thread, is part of it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspection.ts'
import type { Asked } from './asked.ts'
import { noopComponent } from './noop.ts'
import { type ExitCode, Mistake, type Shell, withProgress } from './shell.ts'
import { bytesText, tableLines } from './table.ts'
import { batchOf, Trial } from './trial.ts'

export interface BenchOptions {
  readonly asked: Asked
  readonly file: string
  readonly json?: boolean
  /** For each cell of the table. */
  readonly cellMs?: number
}

const valueSizes = [10, 1_000, 10_000] as const
const batchSizes = [100, 1] as const
const topic = 'bench'
const defaultCellMs = 400
/** Optimising compilers want to have seen it. */
const warmUpShare = 0.3

interface Row {
  readonly valueBytes: number
  readonly recordsPerBatch: number
  readonly nsPerRecord: number
  readonly noopNsPerRecord: number
}

export async function benchPlugin(options: BenchOptions, shell: Shell): Promise<ExitCode> {
  const { asked, file, json = false, cellMs = defaultCellMs } = options
  const { edition } = inspect(file).fit
  const folder = mkdtempSync(join(tmpdir(), 'blink-bench-'))
  try {
    const noopFile = join(folder, 'noop.wasm')
    writeFileSync(noopFile, noopComponent(edition === '0.2' ? '0.2' : '0.1'))
    const noopAsked: Asked = { ...asked, plugin: { ...asked.plugin, name: 'noop', ...ownDemands, path: noopFile } }
    const trial = await Trial.start(withTopic(asked), shell)
    const noop = await Trial.start(withTopic(noopAsked), shell)
    try {
      const before = trial.status.memoryBytes
      const rows = await withProgress(shell, 'measuring', measure(trial, noop, cellMs, shell))
      const memory = { before, after: trial.status.memoryBytes }
      if (json) shell.out(JSON.stringify({ rows, memory }))
      else for (const line of report(rows, memory, edition, shell)) shell.out(line)
      return 0
    } finally {
      await Promise.all([trial.close(), noop.close()])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What settings demand of the plugin's file and tell the plugin is not for another. */
const ownDemands = { checksum: null, signature: null, requiresSignature: false, config: null } as const

/** Whatever topics it is for. */
function withTopic(asked: Asked): Asked {
  return { ...asked, plugin: { ...asked.plugin, topics: ['*'], clients: ['*'], logLevel: 'error' } }
}

async function measure(trial: Trial, noop: Trial, cellMs: number, { stopwatch }: Shell): Promise<Row[]> {
  const rows: Row[] = []
  for (const recordsPerBatch of batchSizes) {
    for (const valueBytes of valueSizes) {
      const cell = { valueBytes, recordsPerBatch, cellMs, stopwatch }
      const noopNsPerRecord = await nsPerRecord(noop, cell)
      rows.push({ valueBytes, recordsPerBatch, nsPerRecord: await nsPerRecord(trial, cell), noopNsPerRecord })
    }
  }
  return rows
}

interface CellSize extends Pick<Row, 'valueBytes' | 'recordsPerBatch'> {
  readonly cellMs: number
  readonly stopwatch: () => number
}

/** The median of many batches: what else the machine does is not the plugin's doing. */
async function nsPerRecord(
  trial: Trial,
  { valueBytes, recordsPerBatch, cellMs, stopwatch }: CellSize,
): Promise<number> {
  const value = Buffer.alloc(valueBytes, 'x')
  const records = Array.from({ length: recordsPerBatch }, (_, at) => ({
    timestamp: 1_700_000_000_000,
    key: Buffer.from(`key-${at}`),
    value,
  }))
  const batch = { topic, partition: 0, client: { id: 'bench', principal: null }, ...batchOf(records) }
  const times: number[] = []
  const start = stopwatch()
  for (;;) {
    const elapsed = stopwatch() - start
    if (elapsed > cellMs && times.length > 0) break
    const { tookMs, outcomes } = await trial.judge(batch)
    const failure = outcomes.find(({ verdict }) => verdict === 'fail')
    if (failure !== undefined) {
      throw new Mistake(`it fails over values of ${bytesText(valueBytes)}: ${failure.reason}; nothing more is measured`)
    }
    if (elapsed > warmUpShare * cellMs || times.length === 0) times.push(tookMs)
  }
  const sorted = times.sort((a, b) => a - b)
  return (sorted[Math.floor(sorted.length / 2)]! * 1e6) / recordsPerBatch
}

function report(rows: readonly Row[], { before, after }: Memory, edition: string, shell: Shell): string[] {
  const columns = [
    { title: 'records a batch', isRight: true },
    { title: 'value', isRight: true },
    { title: 'ns a record', isRight: true },
    { title: 'no-op', isRight: true },
    { title: 'of its own', isRight: true },
  ]
  const lines = rows.map(({ recordsPerBatch, valueBytes, nsPerRecord, noopNsPerRecord }) => [
    `${recordsPerBatch}`,
    valueBytes < 1000 ? `${valueBytes} B` : `${valueBytes / 1000} KB`,
    wholeNs(nsPerRecord),
    wholeNs(noopNsPerRecord),
    wholeNs(Math.max(0, nsPerRecord - noopNsPerRecord)),
  ])
  const noop = edition === 'script' ? 'a component of 0.1' : `a component of ${edition}`
  return [
    ...tableLines(shell, columns, lines),
    '',
    `memory: ${bytesText(before)} before, ${bytesText(after)} after`,
    `no-op: ${noop} that accepts everything; medians, with the way to the plugin's thread and back`,
  ]
}

interface Memory {
  readonly before: number
  readonly after: number
}

function wholeNs(ns: number): string {
  return Math.round(ns).toLocaleString('en-US')
}
