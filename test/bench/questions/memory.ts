/**
 * How much memory: at rest, for each connection, and for each byte that is stored? Resident pages, as the system counts
 * them.
 */
import { setTimeout } from 'node:timers/promises'
import { type Broker, start } from '../brokers/broker.ts'
import type { BrokerProcess } from '../brokers/broker-process.ts'
import { createTopic, everyTopic } from '../calls.ts'
import { rawLoader } from '../loaders/raw.ts'
import { megabytes } from '../table.ts'
import { inTurns, type Measure } from '../turns.ts'
import { Wire } from '../wire.ts'
import type { Question } from './question.ts'

type Key = 'rest' | 'connection' | 'stored'

const connections = 200
const load = { topic: 'memory', partitionCount: 1, recordBytes: 1000, recordCount: 300_000 }
const settleMs = 1_000
const rounds = 1 // A fresh process each; what it has at rest hardly differs.

const measure: Measure<Key> = {
  title: `Memory (${connections} connections; ${megabytes(load.recordCount * load.recordBytes)} stored)`,
  columns: [
    { key: 'rest', title: 'RSS at rest', show: megabytes, isCompared: true },
    { key: 'connection', title: 'per connection', show: (bytes) => `${(bytes / 1e3).toFixed(0)} KB` },
    { key: 'stored', title: 'per stored byte', show: (ratio) => ratio.toFixed(2), isCompared: true },
  ],
}

export const memory: Question = {
  name: 'memory',
  async *ask({ brokers, withGuard, withDemo }) {
    const turns = [...brokers, ...withGuard, ...withDemo].map((broker) => ({
      name: broker.name,
      measure: () => grown(broker),
    }))
    yield await inTurns(measure, turns, rounds)
  },
}

async function grown(broker: Broker) {
  const process = await start(broker)
  try {
    const rest = await settled(process)
    const connected = await withConnections(process)
    const before = await settled(process)
    const wire = await Wire.connect(process.port)
    await createTopic(wire, load.topic, load.partitionCount)
    await rawLoader.produce(process.port, load)
    wire.close()
    const stored = (await settled(process)) - before
    return {
      rest,
      connection: (connected - rest) / connections,
      stored: stored / (load.recordCount * load.recordBytes),
    }
  } finally {
    await process.stop()
  }
}

/** What is resident while so many clients are connected that each asked something. */
async function withConnections(process: BrokerProcess): Promise<number> {
  const wires = await Promise.all(Array.from({ length: connections }, () => Wire.connect(process.port)))
  await Promise.all(wires.map(everyTopic))
  const resident = await settled(process)
  for (const wire of wires) wire.close()
  return resident
}

async function settled(process: BrokerProcess): Promise<number> {
  await setTimeout(settleMs)
  return process.residentBytes()
}
