/**
 * `npm run bench`: asks every question, prints a table for each. What the options and columns mean: README.md beside
 * the source.
 *
 * A contestant or a loader that cannot be had is named with the reason and left out.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { blink, demoPlugin, guardPlugin } from './brokers/blink.ts'
import { kafka } from './brokers/kafka.ts'
import { kfake } from './brokers/kfake.ts'
import { librdkafka } from './loaders/librdkafka.ts'
import { rawLoader } from './loaders/raw.ts'
import { root, Unavailable } from './place.ts'
import { latency } from './questions/latency.ts'
import { memory } from './questions/memory.ts'
import { plugins } from './questions/plugins.ts'
import type { Question, Setting } from './questions/question.ts'
import { secondBroker } from './questions/second-broker.ts'
import { start } from './questions/start.ts'
import { throughput } from './questions/throughput.ts'
import { print, seconds, tell } from './table.ts'

const questions: readonly Question[] = [start, secondBroker, latency, throughput, plugins, memory]

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '3' },
    cli: { type: 'string', default: join(root, 'dist', 'cli.js') },
    against: { type: 'string' },
    profile: { type: 'string' },
  },
})

const cli = resolve(options.cli)
const { against, profile } = options
const nodeFlags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
const before = against === undefined ? [] : [blink({ name: 'against', cli: resolve(against) })]
const peers = options.peers ? [kfake, kafka] : []
const brokers = await available([blink({ cli, nodeFlags }), ...before, ...peers])
const guarded = { plugins: [guardPlugin] }
const guardBefore = against === undefined ? [] : [blink({ name: 'against, guard', cli: resolve(against), ...guarded })]
const withGuard = await available([blink({ name: 'blink, guard', cli, ...guarded, nodeFlags }), ...guardBefore])
const withDemo = await available([blink({ name: 'blink, demo', cli, plugins: [demoPlugin], nodeFlags })])
const loaders = await available([librdkafka, rawLoader])
const asked = questions.filter(({ name }) => options.only?.includes(name) ?? true)
if (asked.length === 0) throw new Error(`--only takes ${questions.map(({ name }) => name).join(', ')}`)

const setting: Setting = { brokers, withGuard, withDemo, loaders, rounds: Number(options.rounds) }
for (const question of asked) {
  const begun = performance.now()
  for await (const answer of question.ask(setting)) {
    if (typeof answer === 'string') tell(answer)
    else print(answer)
  }
  tell(`(${question.name}: ${seconds((performance.now() - begun) / 1000)})`)
}

/** Those that can be had here, and were not left out by name. */
async function available<T extends { name: string; prepare(): Promise<void> }>(wanted: readonly T[]): Promise<T[]> {
  const ready: T[] = []
  for (const one of wanted) {
    if (options.without.includes(one.name)) continue
    try {
      await one.prepare()
      ready.push(one)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      tell(`without ${one.name}: ${error.message}`)
    }
  }
  return ready
}
