/** Changes fields of JSON objects on their way in: removes, renames, masks and adds, in this order, as config says. */
import type { Batch, KafkaRecord, Verdict } from 'blink:plugin/types@0.2.0'
// A project made by blink plugin new has this file beside it.
import { bytesOf, textOf } from '../../../templates/typescript/utf8.ts'

interface Config {
  readonly remove?: readonly string[]
  readonly rename?: Readonly<Record<string, string>>
  /** What they hold becomes `***`. */
  readonly mask?: readonly string[]
  readonly add?: Readonly<Record<string, unknown>>
}

let config: Config = {}

export const lifecycle = {
  init(text: string): void {
    config = JSON.parse(text) ?? {}
    const strange = Object.keys(config).filter((key) => !['remove', 'rename', 'mask', 'add'].includes(key))
    if (strange.length > 0) throw `config has ${strange.join(', ')}; use remove, rename, mask and add`
  },
}

export const records = {
  onRecords: ({ records }: Batch): Verdict[] => records.map(transformed),
}

function transformed(record: KafkaRecord): Verdict {
  if (record.value === null) return { tag: 'accept' }
  let before: string
  let object: unknown
  try {
    before = textOf(record.value)
    object = JSON.parse(before)
  } catch (error) {
    return { tag: 'reject', val: `the value is not JSON: ${(error as Error).message}` }
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return { tag: 'reject', val: 'the value is not a JSON object' }
  }
  const after = JSON.stringify(changed(object as Record<string, unknown>))
  return after === before ? { tag: 'accept' } : { tag: 'replace', val: { ...record, value: bytesOf(after) } }
}

function changed(object: Record<string, unknown>): Record<string, unknown> {
  const { remove = [], rename = {}, mask = [], add = {} } = config
  const kept = Object.entries(object)
    .filter(([name]) => !remove.includes(name))
    .map(([name, value]): [string, unknown] => [rename[name] ?? name, value])
    .map(([name, value]): [string, unknown] => [name, mask.includes(name) ? '***' : value])
  return { ...Object.fromEntries(kept), ...add }
}
