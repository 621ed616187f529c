/**
 * Shows a plugin of 0.2 its records directly: they are written straight into its memory, and its verdicts read off
 * there. jco's binding, which makes an object of every record and asks for the memory at every field, takes several
 * times as long.
 *
 * As with the direct call of 0.1, jco's binding is entered all the same, with a batch of no records: it hands over
 * topic and client, and keeps the books. What it takes for `on-records` is ours, which puts the records in; verdicts
 * it is shown none, until the plugin is to free them.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Answers, type BatchCaller, type BoundRecord, checkCount, type OnBatch } from './batch-caller.ts'
import type { CoreFunction, CoreWiring } from './core-wiring.ts'
import { GuestMemory } from './guest-memory.ts'
import { BadResult } from './instance.ts'
import { Reader, readVerdicts, recordBytes, verdictBytes, writeRecords } from './record-layout.ts'
import type { ShownRecords } from './shown-records.ts'

/** Of the parameters of `on-records`: topic (2), partition, client (3), principal (3), records (2). */
const recordsAt = 9
/** In a record: the tag of its value comes before it. */
const valueAddressAt = 16

/** Long enough to be found by chance nowhere. */
const sentinel = 'blink probes é and 🔌'
const probePartition = 4242
const probeRecord: BoundRecord = {
  key: undefined,
  value: Uint8Array.from(Buffer.from('blink probes bytes')),
  headers: [
    { key: sentinel, value: Uint8Array.of(4) },
    { key: '', value: undefined },
  ],
  timestamp: -5n,
  offset: 7n << 40n,
}

/** Null when anything is not as expected; the plugin is then called through jco's binding. Calls none of its hooks. */
export function directBatchCall(onBatch: OnBatch, wiring: CoreWiring): BatchCaller | null {
  const { onRecord: onRecords, postReturn } = wiring
  const memory = onRecords === null ? null : probe(onBatch, wiring)
  if (onRecords === null || memory === null) return null
  return (batch, shown) => {
    let answers: Answers | null = null
    let undo = () => {}
    enter(wiring, {
      hook(...values) {
        values[recordsAt] = writeRecords(memory, shown)
        values[recordsAt + 1] = shown.count
        const answer = onRecords(...values) >>> 0
        answers = answersAt(memory, answer, shown)
        undo = emptied(memory, answer)
        return answer
      },
      // jco has seen no verdicts, but the plugin is to free them all.
      afterHook(answer) {
        undo()
        return postReturn?.(answer!) ?? 0
      },
      run: () => onBatch({ ...batch, records: [] }),
    })
    return answers!
  }
}

interface Entering {
  readonly hook: CoreFunction
  readonly afterHook: CoreFunction
  readonly run: () => unknown
}

function enter(wiring: CoreWiring, { hook, afterHook, run }: Entering): unknown {
  wiring.hook = hook
  wiring.afterHook = afterHook
  try {
    return run()
  } finally {
    wiring.hook = null
    wiring.afterHook = null
  }
}

/** The list that the plugin's answer points to. */
function answersAt(memory: GuestMemory, answer: number, shown: ShownRecords): Answers {
  memory.check(answer, 8)
  const { words } = memory
  const [list, count] = [words[answer >>> 2]! >>> 0, words[(answer >>> 2) + 1]! >>> 0]
  checkCount('on-records', count, shown.count)
  return readVerdicts(memory, list, shown)
}

/** Makes of a list an empty one, until the returned function is called. */
function emptied(memory: GuestMemory, answer: number): () => void {
  const length = (answer >>> 2) + 1
  const count = memory.words[length]!
  memory.words[length] = 0
  return () => {
    memory.words[length] = count
  }
}

/** Lets jco lower a known record, looks at where and how it lies, and lets it lift known verdicts. */
function probe(onBatch: OnBatch, wiring: CoreWiring): GuestMemory | null {
  let found: GuestMemory | null = null
  wiring.allocator = null
  const batch = { topic: sentinel, partition: probePartition, clientId: undefined, principal: undefined }
  const verdicts = enter(wiring, {
    hook(...values) {
      const record = values[recordsAt]! >>> 0
      const memory = memoryOf(wiring, record)
      const isAsExpected = values[2] === probePartition && isDeepStrictEqual(readProbe(memory, record), probeRecord)
      if (isAsExpected) found = memory
      return writeProbe(memory, record, isAsExpected)
    },
    afterHook: () => 0,
    run: () => onBatch({ ...batch, records: [probeRecord] }),
  })
  const expected = [{ tag: 'drop' }, { tag: 'replace', val: probeRecord }, { tag: 'throttle', val: probePartition }]
  return isDeepStrictEqual(verdicts, expected) ? found : null
}

/** The memory in which jco put the record: the one that has the bytes of its value where the record says they are. */
function memoryOf({ memories, allocator }: CoreWiring, record: number): GuestMemory {
  const expected = Buffer.from(probeRecord.value!)
  const holds = ({ buffer }: WebAssembly.Memory) => {
    if (record + recordBytes > buffer.byteLength) return false
    const at = new DataView(buffer, record).getUint32(valueAddressAt, true)
    return at + expected.length <= buffer.byteLength && expected.equals(Buffer.from(buffer, at, expected.length))
  }
  const found = [...memories].filter(holds)
  if (found.length === 1 && allocator !== null) return new GuestMemory(found[0]!, allocator)
  throw new BadResult('its on-records takes other parameters than that of blink:plugin@0.2.0')
}

function readProbe(memory: GuestMemory, record: number): BoundRecord | null {
  try {
    return new Reader(memory).record(record)
  } catch (error) {
    // Strings in UTF-16, for one, look like this; jco knows them.
    if (error instanceof RangeError || error instanceof TypeError) return null
    throw error
  }
}

/**
 * A list of verdicts, one of which replaces by the record that jco put at `record`; or an empty one. Returns where it
 * is pointed to.
 */
function writeProbe(memory: GuestMemory, record: number, isFull: boolean): number {
  const at = memory.allocate(8, 8 + 3 * verdictBytes)
  const [list, { bytes, words }] = [at + 8, memory]
  bytes.fill(0, at, list + 3 * verdictBytes)
  words[at >>> 2] = list
  words[(at >>> 2) + 1] = isFull ? 3 : 0
  bytes[list] = 2
  bytes[list + verdictBytes] = 3
  bytes.copyWithin(list + verdictBytes + 8, record, record + recordBytes)
  bytes[list + 2 * verdictBytes] = 4
  words[(list + 2 * verdictBytes + 8) >>> 2] = probePartition
  return at
}
