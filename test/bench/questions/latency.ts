/**
 * How long does one record take? Once as a round trip, with a single request under way, and once from the producer to a
 * consumer whose fetch is already waiting at the broker.
 */
import { setTimeout } from 'node:timers/promises'
import { start } from '../brokers/broker.ts'
import type { BrokerProcess } from '../brokers/broker-process.ts'
import { createTopic, fetchedPartition, fetchFrame, produceError, produceFrame, sampleBatch } from '../calls.ts'
import { microseconds, seconds } from '../table.ts'
import { inTurns, type Measure, percentile } from '../turns.ts'
import { Wire } from '../wire.ts'
import type { Question } from './question.ts'

type Key = 'p50' | 'p99' | 'cpu'

const roundTrips = 3_000
const parkedFetches = 300
const warmUp = 3_000
const recordBytes = 100
const maxWaitMs = 5_000

export const latency: Question = {
  name: 'latency',
  async *ask({ brokers, withGuard, withDemo, rounds }) {
    const processes = await Promise.all([...brokers, ...withGuard, ...withDemo].map(start))
    try {
      for (const process of processes) await roundTripTimes(process, 'warm', warmUp)
      const round = (process: BrokerProcess) => () => timed(process, () => roundTripTimes(process, 'trips', roundTrips))
      const trips = processes.map((process) => ({ name: process.name, measure: round(process) }))
      yield await inTurns(measureOf(`Round trip of a record of ${recordBytes} B, ${roundTrips} times`), trips, rounds)

      const wait = (process: BrokerProcess) => () => timed(process, () => parkedFetchTimes(process, parkedFetches))
      const waits = processes.map((process) => ({ name: process.name, measure: wait(process) }))
      yield await inTurns(measureOf(`From produce to a waiting fetch, ${parkedFetches} times`), waits, rounds)
    } finally {
      await Promise.all(processes.map((process) => process.stop()))
    }
  },
}

function measureOf(title: string): Measure<Key> {
  return {
    title,
    columns: [
      { key: 'p50', title: 'p50', show: microseconds, isCompared: true },
      { key: 'p99', title: 'p99', show: microseconds, isCompared: true },
      { key: 'cpu', title: 'CPU', show: seconds, isCompared: true },
    ],
  }
}

async function timed(process: BrokerProcess, work: () => Promise<number[]>) {
  const before = process.cpuSeconds()
  const times = await work()
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), cpu: process.cpuSeconds() - before }
}

/** In microseconds. */
async function roundTripTimes({ port }: BrokerProcess, topic: string, times: number): Promise<number[]> {
  const wire = await Wire.connect(port)
  await createTopic(wire, topic, 1)
  const frame = produceFrame(topic, 0, sampleBatch(1, recordBytes))
  const taken: number[] = []
  for (let time = 0; time < times; time++) {
    const begun = performance.now()
    const answer = await wire.send(frame)
    taken.push((performance.now() - begun) * 1000)
    if (produceError(answer) !== 0) throw new Error(`produce failed with error ${produceError(answer)}`)
  }
  wire.close()
  return taken
}

async function parkedFetchTimes({ port }: BrokerProcess, times: number): Promise<number[]> {
  const topic = 'parked'
  const [producer, consumer] = await Promise.all([Wire.connect(port), Wire.connect(port)])
  await createTopic(producer, topic, 1)
  const frame = produceFrame(topic, 0, sampleBatch(1, recordBytes))
  let offset = fetchedPartition(
    await consumer.send(fetchFrame({ topic, partition: 0, offset: 0, maxWaitMs: 0 })),
  ).highWatermark
  const taken: number[] = []
  for (let time = 0; time < times; time++) {
    const arrived = consumer.send(fetchFrame({ topic, partition: 0, offset: offset++, maxWaitMs }))
    await setTimeout(1) // Until it waits at the broker.
    const begun = performance.now()
    const acknowledged = producer.send(frame)
    const { errorCode } = fetchedPartition(await arrived)
    taken.push((performance.now() - begun) * 1000)
    if (errorCode !== 0 || produceError(await acknowledged) !== 0) throw new Error('produce or fetch failed')
  }
  producer.close()
  consumer.close()
  return taken
}
