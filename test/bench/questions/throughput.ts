/** How many records a second, and at what cost? Written, then read again from the start, in topics of their own. */
import { start } from '../brokers/broker.ts'
import type { BrokerProcess } from '../brokers/broker-process.ts'
import { createTopic, deleteTopic } from '../calls.ts'
import type { Load, Loader } from '../loaders/loader.ts'
import { count, megabytes, seconds } from '../table.ts'
import { inTurns, type Measure, type MeasureColumn, median, type Turn } from '../turns.ts'
import { Wire } from '../wire.ts'
import type { Question } from './question.ts'

type Way = 'produce' | 'fetch'
type Key = `${Way}${'Rate' | 'Cpu' | 'Peak'}`
type Shape = Omit<Load, 'topic'>

const shapes: readonly Shape[] = [
  { recordBytes: 100, partitionCount: 1, recordCount: 1_500_000 },
  { recordBytes: 100, partitionCount: 8, recordCount: 1_500_000 },
  { recordBytes: 1000, partitionCount: 1, recordCount: 250_000 },
  { recordBytes: 1000, partitionCount: 8, recordCount: 250_000 },
]
const warmUp = 0.2
/** Reading is so quick that one reading is too short for a CPU time in ticks of 10 ms. */
const readings = 3

export const throughput: Question = {
  name: 'throughput',
  async *ask({ brokers, withGuard, loaders, rounds }) {
    const contestants = [...brokers, ...withGuard]
    const processes = await Promise.all(contestants.map(start))
    try {
      for (const loader of loaders) {
        for (const shape of shapes.filter((one) => loader.partitionCounts.includes(one.partitionCount)))
          yield await compare(processes, loader, shape, rounds)
      }
    } finally {
      await Promise.all(processes.map((process) => process.stop()))
    }
  },
}

async function compare(processes: readonly BrokerProcess[], loader: Loader, shape: Shape, rounds: number) {
  const { recordBytes, partitionCount, recordCount } = shape
  const warm = { ...shape, recordCount: recordCount * warmUp }
  for (const process of processes) await writeAndRead(process, loader, warm, 'warm')
  const turns = processes.map(
    (process): Turn<Key> => ({
      name: process.name,
      measure: (round) => writeAndRead(process, loader, shape, `${round}`),
    }),
  )
  const partitions = `${partitionCount} ${partitionCount === 1 ? 'partition' : 'partitions'}`
  const what = `${count(recordCount)} records of ${recordBytes} B, ${partitions}`
  return inTurns(measureOf(`Throughput: ${what}; ${loader.title}`), turns, rounds)
}

function measureOf(title: string): Measure<Key> {
  const columns = (way: Way): MeasureColumn<Key>[] => [
    { key: `${way}Rate`, title: `${way}, records/s`, show: count, isCompared: true },
    { key: `${way}Cpu`, title: 'CPU', show: seconds, isCompared: true },
    { key: `${way}Peak`, title: 'peak RSS', show: megabytes },
  ]
  return { title, columns: [...columns('produce'), ...columns('fetch')] }
}

async function writeAndRead(process: BrokerProcess, loader: Loader, shape: Shape, round: string) {
  const { port } = process
  const wire = await Wire.connect(port)
  const load = { ...shape, topic: `${loader.name}-${shape.recordBytes}-${shape.partitionCount}-${round}` }
  await createTopic(wire, load.topic, load.partitionCount)
  const produced = await watched(process, () => loader.produce(port, load))
  const fetched = await watched(process, async () => {
    const rates: number[] = []
    while (rates.length < readings) rates.push(await loader.fetch(port, load))
    return median(rates)
  })
  await deleteTopic(wire, load.topic)
  wire.close()
  return {
    produceRate: produced.result,
    produceCpu: produced.cpu,
    producePeak: produced.peak,
    fetchRate: fetched.result,
    fetchCpu: fetched.cpu / readings,
    fetchPeak: fetched.peak,
  }
}

async function watched(process: BrokerProcess, work: () => Promise<number>) {
  process.forgetPeak()
  const before = process.cpuSeconds()
  const result = await work()
  return { result, cpu: process.cpuSeconds() - before, peak: process.peakBytes() }
}
