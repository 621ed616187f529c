/** Tables for a terminal that are Markdown, too, so that they can be pasted. */
export interface Column {
  readonly title: string
  readonly isNumber: boolean
}

export interface Table {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

export function print({ title, columns, rows }: Table): void {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length), 3))
  const padded = (cell: string, at: number) =>
    columns[at]!.isNumber ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)
  const line = (cells: readonly string[]) => `| ${cells.map(padded).join(' | ')} |`
  const rule = columns.map(({ isNumber }, at) =>
    isNumber ? `${'-'.repeat(widths[at]! - 1)}:` : '-'.repeat(widths[at]!),
  )
  const lines = [title, '', line(columns.map((column) => column.title)), line(rule), ...rows.map(line)]
  tell(`\n${lines.join('\n')}\n`)
}

export function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}

export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`
export const microseconds = (value: number) => `${value.toFixed(0)} µs`
export const seconds = (value: number) => `${value.toFixed(2)} s`
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
export const count = (value: number) => Math.round(value).toLocaleString('en')
