/** Whether a verdict is the one that records.jsonl expects. */
import type { NewHeader } from '../protocol/records.ts'
import type { Expected } from './records-file.ts'
import type { Outcome } from './trial.ts'

/** In what it differs, each in a few words. */
export function differences(expected: Expected, outcome: Outcome): string[] {
  const { verdict, reason, record, ms } = expected
  if (verdict !== outcome.verdict) return [`expected ${verdict}`]
  const differs: string[] = []
  if (reason !== undefined && !(outcome.reason ?? '').includes(reason)) {
    differs.push(`expected the reason to hold ${JSON.stringify(reason)}`)
  }
  if (ms !== undefined && ms !== outcome.throttleMs) differs.push(`expected ${ms} ms`)
  return record === undefined ? differs : [...differs, ...inRecord(record, outcome)]
}

function inRecord(expected: NonNullable<Expected['record']>, { replacement }: Outcome): string[] {
  if (replacement === null) return ['expected another record']
  const differs: string[] = []
  for (const field of ['key', 'value'] as const) {
    const wanted = expected[field]
    if (wanted !== undefined && shown(wanted) !== shown(replacement[field])) {
      differs.push(`expected the ${field} ${shown(wanted)}`)
    }
  }
  const { headers, timestamp } = expected
  if (headers !== undefined) {
    const given = replacement.headers.map(headerText)
    const missing = headers.map(headerText).filter((header) => !given.includes(header))
    if (missing.length > 0) differs.push(`expected the headers ${missing.join(', ')}`)
  }
  if (timestamp !== undefined && timestamp !== replacement.timestamp)
    differs.push(`expected the timestamp ${timestamp}`)
  return differs
}

function shown(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null'
  const buffer = Buffer.from(bytes)
  const text = buffer.toString()
  return Buffer.from(text).equals(buffer) ? JSON.stringify(text) : `base64 ${buffer.toString('base64')}`
}

function headerText({ key, value }: NewHeader): string {
  return `${key}: ${shown(value)}`
}
