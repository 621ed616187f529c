/**
 * Whatever plugins are told to do while records come, and whenever they crash: each record that was accepted was shown
 * to one instance, once, and those of a partition in their order.
 */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import type { PluginHost } from '../../src/plugins/host.ts'
import { asked, type CountingClock, type FakeThreads, settled, startFakes } from '../support/fake-threads.ts'
import { suite } from '../support/suite.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)
const test = suite(`fuzz: commands to plugins (seed ${seed})`, 20)
const partitions = 6
const commands = 60

/** Values of records by what the plugin does about them: every so often one of them makes it crash. */
async function produce(host: PluginHost, partition: number, random: SeededRandom, isOver: () => boolean) {
  const accepted: string[] = []
  for (let count = 0; !isOver(); ) {
    const values = Array.from({ length: 1 + random.below(4) }, () => {
      const letter = random.below(12) === 0 ? 'T' : random.below(4) === 0 ? 'n' : 'a'
      return `${letter}${partition}.${count++}`
    })
    const told = await asked(host, values, { partition })
    const refused = new Set(told === '' ? [] : told.split('; ').map((line) => Number(line.split(' ')[0])))
    accepted.push(...values.filter((_, index) => !refused.has(index)))
    if (random.below(3) === 0) await settled()
  }
  return accepted
}

async function command(host: PluginHost, random: SeededRandom): Promise<void> {
  const chosen = ['reload', 'reset', 'reconfigure', 'reload'][random.below(4)] as 'reload' | 'reset' | 'reconfigure'
  const done = chosen === 'reconfigure' ? host.reconfigure('p', random.below(100)) : host[chosen]('p')
  await done
}

/** Time passes, and threads are slow now and then. */
async function weather(threads: FakeThreads, clock: CountingClock, random: SeededRandom, isOver: () => boolean) {
  while (!isOver()) {
    if (random.below(2) === 0) threads.ways.isHeld = true
    await settled()
    threads.release()
    if (random.below(4) === 0) clock.advance(random.below(2000))
    await settled()
  }
}

for (const instances of [1, 2, 3, 5]) {
  test(`each accepted record has one verdict, of one of ${instances} instances, in order`, async (cleanup) => {
    const { host, threads, clock } = await startFakes(cleanup, [{ name: 'p', instances, maxFailures: 20 }])
    const random = new SeededRandom(seed + instances)
    let isDone = false
    const isOver = () => isDone
    const produced = Array.from({ length: partitions }, (_, partition) =>
      produce(host, partition, new SeededRandom(random.below(1e9)), isOver),
    )
    const passing = weather(threads, clock, new SeededRandom(random.below(1e9)), isOver)
    for (let turn = 0; turn < commands; turn++) {
      await command(host, random)
      if (random.below(2) === 0) await settled()
    }
    isDone = true
    const accepted = await Promise.all(produced)
    await passing
    for (const [partition, values] of accepted.entries()) {
      assert.ok(values.length > commands / 4, `only ${values.length} records`)
      const judged = threads.judged.filter((line) => line.startsWith(`t-${partition}: a`))
      assert.equal(
        judged,
        values.map((value) => `t-${partition}: ${value}`),
      )
    }
    await host.reset('p')
    assert.is(threads.living.size, instances)
  })
}

test.run()
