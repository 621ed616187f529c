/** What the limiter imports: the time, and its config key by key. */

const millisecondNs: u64 = 1_000_000

export function nowMs(): f64 {
  return <f64>monotonicNs() / <f64>millisecondNs
}

/** Of config; null when it is not there. */
export function setting(key: string): string | null {
  const bytes = String.UTF8.encode(key)
  // result<option<string>, error>: both tags and the text are where one expects them when all went well.
  get(changetype<usize>(bytes), bytes.byteLength, answer)
  if (load<u8>(answer) !== 0 || load<u8>(answer, 4) === 0) return null
  const at = load<usize>(answer, 8)
  const length = load<u32>(answer, 12)
  if (length === 0) return ''
  const text = String.UTF8.decodeUnsafe(at, length)
  heap.free(at)
  return text
}

const answer = memory.data(16, 4)

@external('wasi:clocks/monotonic-clock@0.2.3', 'now')
declare function monotonicNs(): u64

@external('wasi:config/store@0.2.0-draft', 'get')
declare function get(key: usize, length: usize, answer: usize): void
