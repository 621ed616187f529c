/** How records and verdicts are told to people. */
import type { VerdictName } from './records-file.ts'
import type { Colour } from '../terminal/shell.ts'
import { type Cell, oneLine, shortened } from '../terminal/table.ts'
import type { Outcome } from './trial.ts'

export const verdictColours: Readonly<Record<VerdictName, Colour>> = {
  accept: 'green',
  reject: 'red',
  drop: 'yellow',
  replace: 'yellow',
  throttle: 'yellow',
  fail: 'red',
}

const shownLengthMax = 40

type KeyAndValue = { readonly key: Uint8Array | null; readonly value: Uint8Array | null }

/** `key = value`, as much of it as a table bears. */
export function recordText({ key, value }: KeyAndValue): string {
  const before = key === null ? '' : `${text(key)} = `
  return shortened(oneLine(before + text(value)), shownLengthMax)
}

/** Its reason, what it puts in the record's place, how long it throttles. */
export function saidOf({ reason, replacement, throttleMs }: Outcome): Cell[] {
  const said: Cell[] = reason === null ? [] : [reason]
  if (replacement !== null) {
    const headers = replacement.headers.map(({ key, value }) => `${key}: ${text(value)}`)
    said.push(`→ ${recordText(replacement)}${headers.length === 0 ? '' : ` { ${headers.join(', ')} }`}`)
  }
  if (throttleMs > 0) said.push(`send nothing for ${throttleMs} ms`)
  return said
}

function text(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : Buffer.from(bytes).toString()
}
