/** Tables for people: columns as wide as what is in them, the last one as long as it likes. */
import { type Colour, coloured, type Shell } from './shell.ts'

export type Cell = string | { readonly text: string; readonly colour: Colour }

export interface Column {
  readonly title: string
  /** Numbers, whose digits are to stand under each other. */
  readonly isRight?: boolean
  /** For tables that are printed as their rows come, and cannot be measured before. */
  readonly width?: number
}

const gap = '  '

/** Its lines, the titles first. */
export function tableLines(shell: Shell, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const measured = columns.map((column, at) => {
    const widest = Math.max(column.title.length, ...rows.map((row) => textOf(row[at] ?? '').length))
    return { ...column, width: column.width ?? widest }
  })
  return [titleLine(shell, measured), ...rows.map((row) => rowLine(shell, measured, row))]
}

export function titleLine(shell: Shell, columns: readonly Column[]): string {
  const titles = columns.map(({ title }): Cell => ({ text: title, colour: 'dim' }))
  return rowLine(shell, columns, titles)
}

export function rowLine(shell: Shell, columns: readonly Column[], row: readonly Cell[]): string {
  const cells = columns.map(({ width = 0, isRight = false }, at) => {
    const cell = row[at] ?? ''
    const text = oneLine(textOf(cell))
    const space = ' '.repeat(Math.max(0, width - text.length))
    const shown = typeof cell === 'string' ? text : coloured(shell, cell.colour, text)
    const isLast = at === columns.length - 1
    return isRight ? space + shown : isLast ? shown : shown + space
  })
  return cells.join(gap).trimEnd()
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}

/** Whatever a plugin or a record says, it stays in its cell, and does not move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

export function shortened(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`
}

/** `1.5 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const
  let value = bytes
  let at = 0
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024
    at++
  }
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`
}

/** `12 µs`, `3.4 ms`. */
export function timeText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`
}
