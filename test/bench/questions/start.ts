/**
 * How long from starting the process to the first acknowledged record? A client asks every millisecond until it is
 * answered, on the wire, so nothing but the broker is waited for. Plugins come from a warm cache.
 */
import { type Broker, begin, connect } from '../brokers/broker.ts'
import { acknowledgedRecord } from '../calls.ts'
import { megabytes, milliseconds, seconds } from '../table.ts'
import { inTurns, type Measure } from '../turns.ts'
import type { Question } from './question.ts'

type Key = 'firstMs' | 'cpu' | 'peak'

const measure: Measure<Key> = {
  title: 'Start of the process to the first acknowledged record',
  columns: [
    { key: 'firstMs', title: 'first record', show: milliseconds, isCompared: true },
    { key: 'cpu', title: 'CPU', show: seconds },
    { key: 'peak', title: 'peak RSS', show: megabytes },
  ],
}

export const start: Question = {
  name: 'start',
  async *ask({ brokers, withGuard, withDemo, rounds }) {
    const contestants = [...brokers, ...withGuard, ...withDemo]
    for (const broker of contestants) await startToFirstRecord(broker) // Warms caches, of plugins and of files.
    const turns = contestants.map((broker) => ({ name: broker.name, measure: () => startToFirstRecord(broker) }))
    yield await inTurns(measure, turns, rounds)
  },
}

async function startToFirstRecord(broker: Broker) {
  const spawn = await begin(broker)
  const begun = performance.now()
  const process = spawn()
  try {
    const wire = await connect(process)
    await acknowledgedRecord(wire)
    const firstMs = performance.now() - begun
    wire.close()
    return { firstMs, cpu: process.cpuSeconds(), peak: process.peakBytes() }
  } finally {
    await process.stop()
  }
}
