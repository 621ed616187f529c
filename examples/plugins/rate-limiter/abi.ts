/**
 * The canonical ABI of blink:plugin@0.2 by hand, as far as a plugin needs it that looks at clients, not into records.
 * Offsets and sizes follow from the WIT by the component model's rules.
 */
import { start, waitMs } from './limiter'

const recordBytes = 56
const headerBytes = 20
const verdictBytes = 64
const accept: u8 = 0
const throttle: u8 = 4

/** Where answers lie; the host has read them before the next call. */
const answer = memory.data(12, 4)
let verdicts: usize = 0

export function init(config: usize, length: usize): usize {
  if (length > 0) heap.free(config)
  const complaint = start()
  store<u8>(answer, complaint === null ? 0 : 1)
  if (complaint !== null) {
    const text = String.UTF8.encode(complaint)
    const copy = heap.alloc(text.byteLength)
    memory.copy(copy, changetype<usize>(text), text.byteLength)
    store<usize>(answer, copy, 4)
    store<usize>(answer, text.byteLength, 8)
  }
  return answer
}

export function onRecords(
  topic: usize,
  topicLength: usize,
  partition: u32,
  hasClient: bool,
  client: usize,
  clientLength: usize,
  hasPrincipal: bool,
  principal: usize,
  principalLength: usize,
  records: usize,
  count: u32,
): usize {
  const clientText = hasClient && clientLength > 0 ? String.UTF8.decodeUnsafe(client, clientLength) : ''
  const principalText = hasPrincipal && principalLength > 0 ? String.UTF8.decodeUnsafe(principal, principalLength) : ''
  if (verdicts !== 0) heap.free(verdicts)
  verdicts = heap.alloc(count * verdictBytes)
  for (let index: u32 = 0; index < count; index++) {
    freeRecord(records + index * recordBytes)
    const wait = waitMs(principalText.length > 0 ? principalText : clientText)
    const at = verdicts + index * verdictBytes
    store<u8>(at, wait === 0 ? accept : throttle)
    store<u32>(at, wait, 8)
  }
  free(records, count)
  free(topic, topicLength)
  if (hasClient) free(client, clientLength)
  if (hasPrincipal) free(principal, principalLength)
  store<usize>(answer, verdicts)
  store<u32>(answer, count, 4)
  return answer
}

/** What the host passes is the callee's to free: the record's key, value, and headers. */
function freeRecord(record: usize): void {
  freeOptional(record)
  freeOptional(record + 12)
  const headers = load<usize>(record, 24)
  const count = load<u32>(record, 28)
  for (let index: u32 = 0; index < count; index++) {
    const header = headers + index * headerBytes
    free(load<usize>(header), load<u32>(header, 4))
    freeOptional(header + 8)
  }
  free(headers, count)
}

function freeOptional(option: usize): void {
  if (load<u8>(option) !== 0) free(load<usize>(option, 4), load<u32>(option, 8))
}

/** Nothing was allocated for what is empty. */
function free(at: usize, length: usize): void {
  if (length > 0) heap.free(at)
}

/** The host allocates the arguments of a call here. */
export function cabi_realloc(old: usize, _oldLength: usize, _align: usize, length: usize): usize {
  return old === 0 ? heap.alloc(length) : heap.realloc(old, length)
}
