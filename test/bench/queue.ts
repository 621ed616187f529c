/**
 * What a plugin costs when batches wait for it: of one partition, which come one after another, or of many. By the
 * record, of the clock and of all threads' CPU; and how long a batch takes.
 *
 *     node build/test/bench/queue.js
 */
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { PluginHost } from '../../src/plugins/host.ts'
import { noop } from '../support/components.ts'
import { batchOf, sender, settingsOf, testCachePath } from '../support/plugins.ts'
import { percentile } from './turns.ts'

const valueBytes = 100
const recordCounts = [1, 100]
const partitionCounts = [1, 2, 8, 32]
const rounds = 7
const roundMs = 60
const plugins = [
  { name: 'no-op, by hand', path: await noop() },
  { name: 'guard, AssemblyScript', path: 'demo-plugin/guard/guard.wasm' },
  { name: 'demo, TypeScript', path: 'demo-plugin/demo-plugin.wasm' },
]

interface Cost {
  readonly clockNs: number
  readonly cpuNs: number
  readonly batchUs: number
}

/** Each partition has one batch under way. */
async function costOf(host: PluginHost, recordCount: number, partitionCount: number): Promise<Cost> {
  const { batch, section } = batchOf(Array(recordCount).fill({ key: 'key', value: 'x'.repeat(valueBytes) }))
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const times: number[] = []
  const judgeAll = async (partition: number) => {
    for (let asked = begun; asked < begun + roundMs; ) {
      await host.judge('topic', partition, batch, section, sender)
      const now = performance.now()
      times.push(now - asked)
      asked = now
    }
  }
  await Promise.all(Array.from({ length: partitionCount }, (_, partition) => judgeAll(partition)))
  const { user, system } = process.cpuUsage(cpu)
  const records = times.length * recordCount
  return {
    clockNs: ((performance.now() - begun) / records) * 1e6,
    cpuNs: ((user + system) / records) * 1e3,
    batchUs: percentile(times, 0.5) * 1000,
  }
}

/** Each figure's best of the rounds: what else the machine does is not what is measured. */
async function best(host: PluginHost, recordCount: number, partitionCount: number): Promise<Cost> {
  const costs: Cost[] = []
  while (costs.length < rounds) costs.push(await costOf(host, recordCount, partitionCount))
  const least = (figure: keyof Cost) => Math.min(...costs.map((cost) => cost[figure]))
  return { clockNs: least('clockNs'), cpuNs: least('cpuNs'), batchUs: least('batchUs') }
}

function line(first: string, rest: readonly (string | number)[]): void {
  const cells = rest.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(12))
  process.stdout.write(`${first.padEnd(50)}${cells.join('')}\n`)
}

line(`values of ${valueBytes} B`, ['ns a record', 'CPU ns', 'µs a batch'])
for (const { name, path } of plugins) {
  const deps = { clock: systemClock, logger: silent, cachePath: testCachePath }
  const host = await PluginHost.start([settingsOf({ path })], deps)
  for (const recordCount of recordCounts) {
    for (const partitionCount of partitionCounts) {
      const { clockNs, cpuNs, batchUs } = await best(host, recordCount, partitionCount)
      line(`${name}, ${partitionCount} × ${recordCount} records`, [clockNs, cpuNs, batchUs])
    }
  }
  await host.close()
}
