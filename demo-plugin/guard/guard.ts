/** Refuses empty values everywhere, and records without a key on topics whose name starts with `sensitive-`. */
import { info, warn } from './host'

export function greet(): void {
  info('Guarding against empty values, and on sensitive-* topics against records without a key')
}

export function accepts(topic: string, key: string | null, value: string): bool {
  if (value.length === 0) {
    warn('Refusing an empty value on ' + topic)
    return false
  }
  if (key === null && topic.startsWith('sensitive-')) {
    warn('Refusing a record without a key on ' + topic)
    return false
  }
  return true
}
