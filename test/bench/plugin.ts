/**
 * What a plugin costs: per record, by size and by way of calling, with and without the crossing to its thread; and in
 * latency for a record on its own.
 *
 *     node build/test/bench/plugin.js
 */
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { verdict } from '../../src/plugins/crossing/crossing.ts'
import { PluginHost } from '../../src/plugins/host.ts'
import { instantiate } from '../../src/plugins/guest/instance-0-1.ts'
import { Judge } from '../../src/plugins/guest/judging.ts'
import { noop } from '../support/components.ts'
import { batchOf, sender, settingsOf, testCachePath } from '../support/plugins.ts'
import { codeOf, placedAlone, shownBatch, surroundings } from '../support/threads.ts'

const batchRecords = 100
const sizes = [10, 1000, 10_000]
const rounds = 15
const plugins = [
  { name: 'no-op, by hand', path: await noop() },
  { name: 'guard, AssemblyScript', path: 'demo-plugin/guard/guard.wasm' },
  { name: 'demo, TypeScript', path: 'demo-plugin/demo-plugin.wasm' },
]

const recordsOf = (valueBytes: number) =>
  batchOf(Array(batchRecords).fill({ key: 'key', value: 'x'.repeat(valueBytes) }))
const batchesPerRound = (valueBytes: number) => Math.ceil(2000 / (10 + valueBytes / 50))

/** Nanoseconds a record, the best of several rounds: what else the machine does is not what is measured. */
async function best(batches: number, judgeBatch: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    for (let judged = 0; judged < batches; judged++) await judgeBatch()
    least = Math.min(least, performance.now() - start)
  }
  return (least / batches / batchRecords) * 1e6
}

/** In this thread, called directly. */
async function costInThread(path: string, valueBytes: number): Promise<number> {
  const around = surroundings()
  const instance = await instantiate(await codeOf(path), around)
  instance.init()
  const { section } = recordsOf(valueBytes)
  const placed = placedAlone(shownBatch([], { topic: 'topic', recordCount: batchRecords, section }))
  const judge = new Judge(instance, around.policies, around.crossing)
  return best(batchesPerRound(valueBytes), () => {
    placed.verdicts.fill(verdict.pending)
    judge.judge(placed.buffer, placed.shape)
  })
}

async function costWithCrossing(host: PluginHost, valueBytes: number): Promise<number> {
  const { batch, section } = recordsOf(valueBytes)
  return best(batchesPerRound(valueBytes), () => host.judge('topic', 0, batch, section, sender))
}

/** Microseconds from asking about a single record to its verdict. */
async function latency(host: PluginHost): Promise<{ p50: number; p99: number }> {
  const { batch, section } = batchOf([{ key: 'key', value: 'x'.repeat(100) }])
  const times: number[] = []
  for (let asked = 0; asked < 5000; asked++) {
    const start = performance.now()
    await host.judge('topic', 0, batch, section, sender)
    times.push((performance.now() - start) * 1000)
  }
  times.sort((one, other) => one - other)
  return { p50: times[times.length >> 1]!, p99: times[Math.floor(times.length * 0.99)]! }
}

function line(first: string, rest: readonly (string | number)[]): void {
  const cells = rest.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(11))
  process.stdout.write(`${first.padEnd(38)}${cells.join('')}\n`)
}

line(`ns a record, batches of ${batchRecords}`, ['no', 'crossing', '', 'with', 'crossing', '', 'single', 'µs'])
line('', [...sizes, ...sizes].map((size) => `${size} B`).concat('p50', 'p99'))
for (const { name, path } of plugins) {
  for (const isBindingOnly of [false, true]) {
    const deps = { clock: systemClock, logger: silent, cachePath: testCachePath, isBindingOnly }
    const host = await PluginHost.start([settingsOf({ path })], deps)
    const costs: (number | string)[] = []
    for (const size of sizes) costs.push(isBindingOnly ? '' : await costInThread(path, size))
    for (const size of sizes) costs.push(await costWithCrossing(host, size))
    const { p50, p99 } = await latency(host)
    line(`${name}, ${isBindingOnly ? "jco's binding" : 'direct call'}`, [...costs, p50, p99])
    await host.close()
  }
}
