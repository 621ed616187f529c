/**
 * `blink plugin bench`: what a record costs that goes through a plugin, by the size of its value, in batches and alone,
 * beside a plugin that does nothing. The way there and back, through the plugin's thread, is part of it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspection.ts'
import type { Asked } from './asked.ts'
import { noopComponent, noopScript } from './noop.ts'
import { type ExitCode, Mistake, type Shell, withProgress } from '../terminal/shell.ts'
import { bytesText, tableLines } from '../terminal/table.ts'
import { batchOf, Trial, type TriedBatch } from './trial.ts'

export interface BenchOptions {
  readonly asked: Asked
  readonly file: string
  readonly json?: boolean
  /** For each cell of the table. */
  readonly cellMs: number
}

const valueSizes = [10, 1_000, 10_000] as const
const batchSizes = [100, 1] as const
const topic = 'bench'
/** Of both plugins in a cell; the first is to warm up. */
const turns = 4

interface Row {
  readonly valueBytes: number
  readonly recordsPerBatch: number
  readonly nsPerRecord: number
  readonly noopNsPerRecord: number
}

export async function benchPlugin(options: BenchOptions, shell: Shell): Promise<ExitCode> {
  const { asked, file, json = false, cellMs } = options
  const { edition } = inspect(file).fit
  const folder = mkdtempSync(join(tmpdir(), 'blink-bench-'))
  try {
    const noopFile = join(folder, edition === 'script' ? 'noop.mjs' : 'noop.wasm')
    writeFileSync(noopFile, edition === 'script' ? noopScript : noopComponent(edition))
    const noopAsked: Asked = { ...asked, plugin: { ...asked.plugin, name: 'noop', ...ownDemands, path: noopFile } }
    const trial = await Trial.start(withTopic(asked), shell)
    const noop = await Trial.start(withTopic(noopAsked), shell)
    try {
      const before = trial.status.memoryBytes
      const rows = await withProgress(shell, 'measuring', measure(trial, noop, cellMs, shell))
      const { memoryBytes: after, isDirect } = trial.status
      const memory = { before, after }
      if (json) shell.out(JSON.stringify({ rows, memory, isDirect }))
      else for (const line of report(rows, memory, { edition, isDirect }, shell)) shell.out(line)
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

async function measure(trial: Trial, noop: Trial, cellMs: number, shell: Shell): Promise<Row[]> {
  const rows: Row[] = []
  for (const recordsPerBatch of batchSizes) {
    for (const valueBytes of valueSizes) {
      const batch = batchFor(valueBytes, recordsPerBatch)
      // By turns, so that neither has the better of the machine.
      const noopTimes: number[] = []
      const times: number[] = []
      for (let turn = 0; turn < turns; turn++) {
        const isWarm = turn > 0
        noopTimes.push(...(await timesOf(noop, batch, cellMs / turns, shell)).slice(isWarm ? 0 : -1))
        times.push(...(await timesOf(trial, batch, cellMs / turns, shell)).slice(isWarm ? 0 : -1))
      }
      const perRecord = (all: number[]) => (median(all) * 1e6) / recordsPerBatch
      rows.push({ valueBytes, recordsPerBatch, nsPerRecord: perRecord(times), noopNsPerRecord: perRecord(noopTimes) })
    }
  }
  return rows
}

function batchFor(valueBytes: number, recordsPerBatch: number): TriedBatch {
  const value = Buffer.alloc(valueBytes, 'x')
  const records = Array.from({ length: recordsPerBatch }, (_, at) => ({
    timestamp: 1_700_000_000_000,
    key: Buffer.from(`key-${at}`),
    value,
  }))
  return { topic, partition: 0, client: { id: 'bench', principal: null }, ...batchOf(records) }
}

/** Of batches, one after another, for this long; at least one. */
async function timesOf(trial: Trial, batch: TriedBatch, forMs: number, { stopwatch }: Shell): Promise<number[]> {
  const times: number[] = []
  const start = stopwatch()
  while (times.length === 0 || stopwatch() - start < forMs) {
    const { tookMs, outcomes } = await trial.judge(batch)
    const failure = outcomes.find(({ verdict }) => verdict === 'fail')
    if (failure !== undefined) throw new Mistake(`it fails: ${failure.reason}; mend that first`)
    times.push(tookMs)
  }
  return times
}

/** What else the machine does is not the plugin's doing. */
function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}

function report(rows: readonly Row[], { before, after }: Memory, how: How, shell: Shell): string[] {
  const { edition, isDirect } = how
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
    nsPerRecord <= noopNsPerRecord ? '~0' : wholeNs(nsPerRecord - noopNsPerRecord),
  ])
  const noop = edition === 'script' ? 'a script' : `a component of ${edition}`
  return [
    ...tableLines(shell, columns, lines),
    '',
    `memory: ${bytesText(before)} before, ${bytesText(after)} after`,
    ...(isDirect || edition === 'script' ? [] : ["it is called by jco's binding, ten times as slow as a direct call"]),
    `no-op: ${noop} that accepts everything; medians, with the way to the plugin's thread and back`,
  ]
}

interface How {
  readonly edition: string
  readonly isDirect: boolean
}

interface Memory {
  readonly before: number
  readonly after: number
}

function wholeNs(ns: number): string {
  return Math.round(ns).toLocaleString('en-US')
}
