/** Refuses records without a value, and accepts all others. */
import { Level, log } from './host'

/** Once at the start. */
export function greet(): void {
  log(Level.info, 'Hello from {{name}}')
}

/** For every record, before it is stored. A tombstone's value is empty, too. */
export function accepts(topic: string, partition: u32, key: string | null, value: string): bool {
  if (value.length === 0) {
    log(Level.warn, 'the value is empty')
    return false
  }
  return true
}
