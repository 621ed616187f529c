/**
 * How long does another broker take to start inside a process that runs already, as in a test suite, and then to be as
 * it was at its start? The first one is not counted.
 */
import { createBroker } from '../../../src/index.ts'
import type { BrokerOptions } from '../../../src/index.ts'
import { guardPlugin } from '../brokers/blink.ts'
import { acknowledgedRecord } from '../calls.ts'
import { milliseconds } from '../table.ts'
import { inTurns, type Measure } from '../turns.ts'
import { Wire } from '../wire.ts'
import type { Question } from './question.ts'

type Key = 'ready' | 'first' | 'reset' | 'closed'

const measure: Measure<Key> = {
  title: 'A second broker inside a running process',
  columns: [
    { key: 'ready', title: 'ready', show: milliseconds },
    { key: 'first', title: 'first record', show: milliseconds },
    { key: 'reset', title: 'reset', show: milliseconds },
    { key: 'closed', title: 'to close it', show: milliseconds },
  ],
}
const kinds: readonly { name: string; settings: BrokerOptions }[] = [
  { name: 'Kafka port', settings: { restPort: null } },
  { name: 'and HTTP port', settings: {} },
  { name: 'and guard', settings: { pluginPaths: [guardPlugin] } },
]
const startsPerRound = 4

export const secondBroker: Question = {
  name: 'second-broker',
  async *ask({ rounds }) {
    for (const { settings } of kinds) await startAndClose(settings)
    const turns = kinds.map(({ name, settings }) => ({ name, measure: () => startAndClose(settings) }))
    yield await inTurns(measure, turns, rounds * startsPerRound)
  },
}

async function startAndClose(settings: BrokerOptions) {
  const begun = performance.now()
  const broker = await createBroker(settings)
  const ready = performance.now()
  const wire = await Wire.connect(Number(broker.bootstrap.split(':')[1]))
  await acknowledgedRecord(wire)
  const first = performance.now()
  wire.close()
  const used = performance.now()
  await broker.reset()
  const reset = performance.now()
  await broker.close()
  return { ready: ready - begun, first: first - begun, reset: reset - used, closed: performance.now() - reset }
}
