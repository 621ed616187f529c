/** Refuses records without a value, and accepts all others. */
import type { Batch, Verdict } from 'blink:plugin/types@0.2.0'
import { log } from 'wasi:logging/logging@0.1.0-draft'

export const lifecycle = {
  /** Once at the start, with what settings.yaml says as JSON. A text that is thrown keeps the plugin from starting. */
  init(config: string): void {
    log('info', '', `Hello from {{name}}, with config ${config}`)
  },
}

export const records = {
  /** One verdict per record, in their order. Keys and values are bytes; `utf8.ts` makes texts of them. */
  onRecords({ records }: Batch): Verdict[] {
    return records.map(({ value }) => {
      if (value === null || value.length === 0) return { tag: 'reject', val: 'the value is empty' }
      return { tag: 'accept' }
    })
  },
}
