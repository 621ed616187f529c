/** Tables of events and of what happens: columns are two blanks or more apart, and a dash stands for nothing. */
import * as assert from 'uvu/assert'

/** `run` tells what happens in the other columns. */
export async function playTable(
  table: string,
  run: (at: string, does: string) => Promise<readonly string[]>,
): Promise<void> {
  const rows = table
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
    .map((line) => line.trim().split(/\s{2,}/))
  const happened: (readonly string[])[] = []
  for (const [at = '', does = ''] of rows) happened.push([at, does, ...(await run(at, does))])
  assert.equal(aligned(happened), aligned(rows))
}

function aligned(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => row.map((cell) => cell.padEnd(30)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}
