/** Prints verdicts as they are given: a row each, or a line of JSON. */
import { coloured, type Shell } from '../terminal/shell.ts'
import { type Cell, oneLine, rowLine, shortened, timeText, titleLine } from '../terminal/table.ts'
import type { Outcome } from './trial.ts'
import { recordText, saidOf, verdictColours } from './verdict-text.ts'

export interface Verdict {
  readonly topic: string
  readonly partition: number
  /** Null: not stored yet. */
  readonly offset: number | null
  readonly record: { readonly key: Buffer | null; readonly value: Buffer | null }
  readonly outcome: Outcome
  /** Its share of what the batch took. */
  readonly tookMs: number
}

const columns = [
  { title: 'where', width: 24 },
  { title: 'record', width: 40 },
  { title: 'verdict', width: 8 },
  { title: 'time', isRight: true, width: 8 },
  { title: 'what it said' },
]

export class VerdictPrinter {
  readonly #shell: Shell
  readonly #isJson: boolean
  #isBegun = false

  constructor(shell: Shell, isJson: boolean) {
    this.#shell = shell
    this.#isJson = isJson
  }

  print({ topic, partition, offset, record, outcome, tookMs }: Verdict): void {
    const { key, value } = record
    const { verdict, reason, throttleMs } = outcome
    if (this.#isJson) {
      const text = (bytes: Buffer | null) => (bytes === null ? null : bytes.toString())
      const line = { topic, partition, offset, key: text(key), value: text(value), verdict, reason, throttleMs, tookMs }
      this.#shell.out(JSON.stringify(line))
      return
    }
    if (!this.#isBegun) this.#shell.out(titleLine(this.#shell, columns))
    this.#isBegun = true
    const where = shortened(`${topic}-${partition}${offset === null ? '' : `@${offset}`}`, columns[0]!.width!)
    const said = saidOf(outcome)
      .map((cell) => (typeof cell === 'string' ? cell : cell.text))
      .join('; ')
    const colour = verdictColours[verdict]
    const row: Cell[] = [where, recordText({ key, value }), { text: verdict, colour }, timeText(tookMs), said]
    this.#shell.out(rowLine(this.#shell, columns, row))
  }

  /** What the plugin logged about them. */
  printLines(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#isJson) this.#shell.out(JSON.stringify({ log: line }))
      else this.#shell.out(coloured(this.#shell, 'dim', `  ${oneLine(line)}`))
    }
  }
}
