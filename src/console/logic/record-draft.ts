/** A record as a form has it, and as the API takes it. */
import type { Payload } from './payload.ts'

export type ValueKind = 'text' | 'base64' | 'null'

export interface HeaderDraft {
  readonly key: string
  readonly value: string
}

export interface RecordDraft {
  readonly keyKind: ValueKind
  readonly key: string
  readonly valueKind: ValueKind
  readonly value: string
  /** Empty: as the key says. */
  readonly partition: string
  readonly headers: readonly HeaderDraft[]
}

export const emptyDraft: RecordDraft = {
  keyKind: 'text',
  key: '',
  valueKind: 'text',
  value: '',
  partition: '',
  headers: [],
}

/** A key that is left empty is none: who wants an empty one writes bytes of none. */
export function recordOf({ keyKind, key, valueKind, value, partition, headers }: RecordDraft): Record<string, unknown> {
  const given = headers.filter((header) => header.key !== '')
  return {
    key: keyKind === 'text' && key === '' ? null : payloadOf(keyKind, key),
    value: payloadOf(valueKind, value),
    ...(partition === '' ? {} : { partition: Number(partition) }),
    ...(given.length === 0 ? {} : { headers: given }),
  }
}

function payloadOf(kind: ValueKind, text: string): Payload {
  if (kind === 'null') return null
  return kind === 'base64' ? { base64: text.trim() } : text
}

/** To send a record again, changed perhaps. */
export function draftOf(record: {
  readonly key: Payload
  readonly value: Payload
  readonly headers: readonly { readonly key: string; readonly value: Payload }[]
}): RecordDraft {
  const [keyKind, key] = asDraft(record.key)
  const [valueKind, value] = asDraft(record.value)
  // A header of bytes is left out: the form has text for them.
  const headers = record.headers.flatMap((header) =>
    typeof header.value === 'string' ? [{ key: header.key, value: header.value }] : [],
  )
  return { keyKind, key, valueKind, value, partition: '', headers }
}

function asDraft(payload: Payload): readonly [ValueKind, string] {
  if (payload === null) return ['null', '']
  return typeof payload === 'string' ? ['text', payload] : ['base64', payload.base64]
}
