/** What the programs of clients in JavaScript have in common: their arguments, their records, their lines. */
import { groupRecordCount, recordCount } from './story.ts'

const [address = '', name = ''] = process.argv.slice(2)
const untilMs = 30_000
const pollMs = 20

export { address, name }

export const codecRecords = Array.from({ length: recordCount }, (_, at) => ({
  key: `key ${at}`,
  value: `record ${at} of many that compress well`,
}))

export const groupRecords = Array.from({ length: groupRecordCount }, (_, at) => ({ key: `key ${at}`, value: `${at}` }))

export function tell(step: string, seen: string): void {
  process.stdout.write(`${step}: ${seen}\n`)
}

/** How many there are, if they are those that were sent, in their order. */
export function told(read: readonly string[]): string {
  const isSame = read.every((value, at) => value === codecRecords[at]?.value)
  return isSame ? `${read.length} records` : `other records: ${read.slice(0, 3)}`
}

/** How many of the group's records were read, once or more. */
export function groupTold(read: readonly string[]): string {
  return `${groupRecords.filter(({ value }) => read.includes(value)).length} records`
}

export async function until(what: string, isSo: () => unknown): Promise<void> {
  const deadlineMs = performance.now() + untilMs
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`it never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
