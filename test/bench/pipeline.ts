/**
 * What one to ten plugins cost, one after another in a pipeline and each in a thread of its own: by the record, when
 * one batch is under way and when eight are; and in latency for a record on its own.
 *
 *     node build/test/bench/pipeline.js
 */
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { PluginHost } from '../../src/plugins/host.ts'
import { noop } from '../support/components.ts'
import { batchOf, sender, settingsOf, testCachePath } from '../support/plugins.ts'
import { percentile } from './turns.ts'

const path = await noop()
const pluginCounts = [1, 2, 3, 5, 10]
const recordsOf = (count: number) => batchOf(Array(count).fill({ key: 'key', value: 'x'.repeat(100) }))
const roundMs = 100
const rounds = 7

/** How long each batch took, in milliseconds, with one of each partition under way. */
async function timesOf(host: PluginHost, recordCount: number, partitionCount: number): Promise<number[]> {
  const { batch, section } = recordsOf(recordCount)
  const begun = performance.now()
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
  return times
}

/** The best of the rounds. */
async function nsARecord(host: PluginHost, partitionCount: number): Promise<number> {
  let most = 0
  for (let round = 0; round < rounds; round++) most = Math.max(most, (await timesOf(host, 100, partitionCount)).length)
  return (roundMs / most / 100) * 1e6
}

async function p50Us(host: PluginHost): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    least = Math.min(least, percentile(await timesOf(host, 1, 1), 0.5))
  }
  return least * 1000
}

function line(cells: readonly (string | number)[]): void {
  const shown = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(18))
  process.stdout.write(`${shown.join('')}\n`)
}

line(['no-op plugins', 'ns a record', 'with 8 under way', 'single, µs'])
for (const count of pluginCounts) {
  const plugins = Array.from({ length: count }, (_, nth) => settingsOf({ name: `plugin-${nth}`, path }))
  const host = await PluginHost.start(plugins, { clock: systemClock, logger: silent, cachePath: testCachePath })
  line([count, await nsARecord(host, 1), await nsARecord(host, 8), await p50Us(host)])
  await host.close()
}
