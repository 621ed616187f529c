/**
 * Shows a plugin of 0.2 its records directly: they are written straight into its memory, and its verdicts read off there.
 * jco's binding, which makes an object of every record and asks for the memory at every field, takes several times as
 * long.
 *
 * As with the direct call of 0.1, jco's binding is entered all the same, with a batch of no records: it hands over topic
 * and client, and keeps the books. What it takes for `on-records` is ours, which puts the records in; verdicts it is shown
 * none, until the plugin is to free them.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Answers, type BatchCaller, type BoundRecord, checkCount, type OnBatch } from './batch-caller.ts'
import type { CoreFunction, CoreWiring } from './core-wiring.ts'
import { GuestMemory } from './guest-memory.ts'
import { Reader, readVerdicts, recordBytes, verdictBytes, writeRecords } from './record-layout.ts'
import type { ShownRecords } from './shown-records.ts'

/** Of `on-records`: topic, partition, client, principal, records; strings and lists take two, options one more. */
const parameterCount = 11
const recordsAt = 9

/** Long enough to be found by chance nowhere. */
const sentinel = 'blink probes é and 🔌'
const probePartition = 4242
const probeRecord: BoundRecord = {
  key: undefined,
  value: Uint8Array.of(1, 2, 3),
  headers: [{ key: sentinel, value: Uint8Array.of(4) }, { key: '', value: undefined }],
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
      const memory = memoryOf(wiring, values)
      if (memory === null || !isDeepStrictEqual(new Reader(memory).record(values[recordsAt]! >>> 0), probeRecord)) return 0
      found = memory
      return writeProbe(memory, values[recordsAt]! >>> 0)
    },
    afterHook: () => 0,
    run() {
      try {
        return onBatch({ ...batch, records: [probeRecord] })
      } catch {
        return null // Of another shape than expected: whatever it is, jco knows it.
      }
    },
  })
  const expected = [{ tag: 'drop' }, { tag: 'replace', val: probeRecord }, { tag: 'throttle', val: probePartition }]
  return isDeepStrictEqual(verdicts, expected) ? found : null
}

function memoryOf(wiring: CoreWiring, values: readonly number[]): GuestMemory | null {
  if (values.length !== parameterCount || values[2] !== probePartition || values[recordsAt + 1] !== 1) return null
  const memories = wiring.memoriesWith(Buffer.from(sentinel), [values[0]! >>> 0])
  const { allocator } = wiring
  return memories.length === 1 && allocator !== null ? new GuestMemory(memories[0]!, allocator) : null
}

/** A list of verdicts, one of which replaces by the record that jco put at `record`. Returns where it is pointed to. */
function writeProbe(memory: GuestMemory, record: number): number {
  const at = memory.allocate(8, 8 + 3 * verdictBytes)
  const [list, { bytes, words }] = [at + 8, memory]
  bytes.fill(0, at, list + 3 * verdictBytes)
  words[at >>> 2] = list
  words[(at >>> 2) + 1] = 3
  bytes[list] = 2
  bytes[list + verdictBytes] = 3
  bytes.copyWithin(list + verdictBytes + 8, record, record + recordBytes)
  bytes[list + 2 * verdictBytes] = 4
  words[(list + 2 * verdictBytes + 8) >>> 2] = probePartition
  return at
}
