/**
 * The canonical ABI of a plugin by hand, for AssemblyScript, which has no bindings generator. To be left as it is:
 * `plugin.ts` is where the plugin is, and `blink-plugin.json` gives these functions their names in the WIT.
 */
import { accepts, greet } from './plugin'

/** Where `init` leaves its answer, an option<u16>: the first byte says that there is none. */
const none = memory.data(4, 2)

export function init(): usize {
  greet()
  return none
}

export function onRecord(
  topic: usize,
  topicLength: usize,
  partition: u32,
  hasKey: bool,
  key: usize,
  keyLength: usize,
  value: usize,
  valueLength: usize,
): bool {
  const topicText = taken(topic, topicLength)
  const keyText: string | null = hasKey ? taken(key, keyLength) : null
  const valueText = taken(value, valueLength)
  return accepts(topicText, partition, keyText, valueText)
}

/** The host allocates the arguments of a call here. */
export function cabi_realloc(old: usize, _oldLength: usize, _align: usize, length: usize): usize {
  return old === 0 ? heap.alloc(length) : heap.realloc(old, length)
}

/** An argument as a string. It is the callee's to free. */
function taken(bytes: usize, length: usize): string {
  if (length === 0) return ''
  const text = String.UTF8.decodeUnsafe(bytes, length)
  heap.free(bytes)
  return text
}
