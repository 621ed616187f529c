import * as assert from 'uvu/assert'
import type { LogEvent } from '../../../src/base/logger.ts'
import { SeededRandom } from '../../../src/base/random.ts'
import type { Batch } from '../../../src/plugins/crossing/batch-memory.ts'
import { Subscriptions } from '../../../src/plugins/capabilities/subscriptions.ts'
import { recordsIn } from '../../../src/protocol/records.ts'
import { FakeSource } from '../../support/fake-source.ts'
import { settled, startFakes } from '../../support/fake-threads.ts'
import { counted, testLogger } from '../../support/plugins.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('subscriptions')

/** What a subscriber is handed, as `t-0@3: a,b`, when it takes what it is handed at once. */
function subscribed(isHeld = false) {
  const source = new FakeSource()
  const got: { readonly what: string; readonly by: readonly string[] }[] = []
  const events: LogEvent[] = []
  const held: (() => void)[] = []
  const subscriptions = new Subscriptions({
    plugin: 'p',
    log: testLogger(events),
    deliver: async (batch, passedOver) => {
      got.push({ what: told(batch, passedOver), by: batch.by })
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
    },
  })
  subscriptions.follow(source)
  const taken = async () => {
    await settled()
    return got.splice(0).map(({ what }) => what)
  }
  return { source, subscriptions, events, held, got, taken }
}

function told({ topic, partition, section, baseOffset, ...context }: Batch, passedOver: readonly number[]): string {
  const records = [...recordsIn(section, { ...context, baseOffset })]
  const shown = records.filter((_, index) => !passedOver.includes(index))
  return `${topic}-${partition}@${shown[0]!.offset}: ${shown.map(({ value }) => `${value}`)}`
}

test('records are handed over from the next one on, each once, in the order of their partition', async () => {
  const { source, subscriptions, taken } = subscribed()
  const [one, two] = source.create('t', 2).partitions
  one!.append(['before'])
  subscriptions.set(['t'])
  assert.equal(await taken(), [])
  one!.append(['a', 'b'])
  one!.append(['c'])
  two!.append(['x'])
  assert.equal(await taken(), ['t-0@1: a,b', 't-1@0: x', 't-0@3: c'])
  one!.append(['d'], { compression: 'gzip' })
  assert.equal(await taken(), ['t-0@4: d'])
})

test('what is stored while the subscriber is at work waits for it', async () => {
  const { source, subscriptions, held, taken } = subscribed(true)
  const [one] = source.create('t').partitions
  subscriptions.set(['t'])
  one!.append(['a'])
  one!.append(['b'])
  assert.equal(await taken(), ['t-0@0: a'])
  held.shift()!()
  assert.equal(await taken(), ['t-0@1: b'])
  one!.append(['c'])
  held.shift()!()
  assert.equal(await taken(), ['t-0@2: c'])
})

test('an append in the very moment in which it finds nothing more is not overlooked', async () => {
  const { source, subscriptions, taken } = subscribed()
  const [one] = source.create('t').partitions
  subscriptions.set(['t'])
  for (let ticks = 0; ticks < 30; ticks++) {
    one!.append(['a'])
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
    one!.append(['b'])
    assert.equal((await taken()).length, 2, `${ticks} ticks later`)
  }
})

test('topics that come later are read from their first record, those of Kafka itself never', async () => {
  const { source, subscriptions, taken } = subscribed()
  subscriptions.set(['t*', '__*'])
  source.create('t-late').partitions[0]!.append(['a'])
  source.create('__consumer_offsets').partitions[0]!.append(['b'])
  source.create('other').partitions[0]!.append(['c'])
  assert.equal(await taken(), ['t-late-0@0: a'])
})

test('a topic that is deleted and made again is another one', async () => {
  const { source, subscriptions, taken } = subscribed()
  source.create('t').partitions[0]!.append(['a'])
  subscriptions.set(['t'])
  source.delete('t')
  await settled()
  assert.is(subscriptions.count, 0)
  source.create('t').partitions[0]!.append(['b'])
  assert.equal(await taken(), ['t-0@0: b'])
})

test('what the broker has deleted before it was read is passed over', async () => {
  const { source, subscriptions, held, taken } = subscribed(true)
  const [one] = source.create('t').partitions
  subscriptions.set(['t'])
  for (const values of [['a'], ['b'], ['c', 'd', 'e']]) one!.append(values)
  assert.equal(await taken(), ['t-0@0: a'])
  one!.forgetBefore(3)
  held.shift()!()
  assert.equal(await taken(), ['t-0@3: d,e'], 'in the middle of a batch')
})

test('what the plugin called forth itself is not handed over, and whose doing the rest is goes with it', async () => {
  const { source, subscriptions, got, taken } = subscribed()
  const [one] = source.create('t').partitions
  subscriptions.set(['t'])
  const authors = [[], ['p'], ['q', 'p'], ['q']] as const
  for (const [offset, by] of authors.entries()) {
    source.authors.note(one!, offset, offset + 1, by)
    one!.append([`by ${by.join(' and ')}`])
  }
  await settled()
  assert.equal(
    got.map(({ by }) => by),
    [[], ['q']],
  )
  assert.equal(await taken(), ['t-0@0: by ', 't-0@3: by q'])
})

test('control batches are not handed over, and what cannot be read is told and passed over', async () => {
  const { source, subscriptions, events, taken } = subscribed()
  const [one] = source.create('t').partitions
  subscriptions.set(['t'])
  one!.append(['control'], { isControl: true })
  one!.append(['a'])
  one!.append(['broken'], { compression: 'gzip' })
  const { batches } = one!.read(2) as { batches: Buffer[] }
  batches[0]!.fill(7, 65)
  one!.append(['b'])
  assert.equal(await taken(), ['t-0@1: a', 't-0@3: b'])
  assert.equal(
    events.map(({ level, message }) => `${level}: ${message}`),
    ['error: records from offset 2 on cannot be read, and are passed over'],
  )
})

test('of many large batches only some are read before the subscriber has taken them', async () => {
  const { source, subscriptions, held, taken } = subscribed(true)
  const { partitions } = source.create('t', 40)
  subscriptions.set(['t'])
  for (const partition of partitions) partition.append(['x'.repeat(1_000_000)])
  assert.is((await taken()).length, 17, '16 MiB and one more')
  let count = 17
  while (held.length > 0) {
    for (const go of held.splice(0)) go()
    count += (await taken()).length
  }
  assert.is(count, 40)
})

test('what is no longer subscribed to is not read, and nobody listens any more', async () => {
  const { source, subscriptions, taken } = subscribed()
  const [a] = source.create('a').partitions
  const [b] = source.create('b').partitions
  subscriptions.set(['a', 'b'])
  subscriptions.set(['b'])
  a!.append(['x'])
  b!.append(['y'])
  assert.equal([await taken(), source.listenerCount], [['b-0@0: y'], 2])
  subscriptions.close()
  b!.append(['z'])
  assert.equal([await taken(), source.listenerCount, b!.reads], [[], 0, 1])
})

// Through a plugin.

async function following(cleanup: Cleanup, settings = {}, ways = {}) {
  const fakes = await startFakes(cleanup, [{ name: 'p', ...settings }], { topics: ['t'], ...ways })
  const source = new FakeSource()
  const { partitions } = source.create('t', 4)
  fakes.host.follow(source)
  fakes.threads.taken()
  const shown = async () => {
    await settled()
    return fakes.threads.taken().filter((line) => line.includes('subscribed'))
  }
  return { ...fakes, source, partitions, shown }
}

test('what a plugin subscribed to in init goes to the instance of the partition, and is counted', async (cleanup) => {
  const { host, partitions, shown } = await following(cleanup, { instances: 2 })
  partitions[0]!.append(['a', 'nx'])
  partitions[1]!.append(['b'])
  assert.equal((await shown()).sort(), ['1 subscribed t-1: b', '2 subscribed t-0: a,nx'])
  assert.equal(host.get('p')!.records, counted({ accepted: 2, refused: 1 }))
})

test('records wait while the plugin reloads, and come once', async (cleanup) => {
  const { host, threads, partitions, shown } = await following(cleanup)
  threads.ways.isHeld = true
  partitions[0]!.append(['a'])
  await settled()
  const reloaded = host.reload('p')
  partitions[0]!.append(['b'])
  await settled()
  threads.release()
  await reloaded
  assert.equal(await shown(), ['1 subscribed t-0: a', '2 subscribed t-0: b'])
})

test('records wait while it restarts; the one over which it fails is passed over', async (cleanup) => {
  const { host, partitions, clock, shown } = await following(cleanup)
  partitions[0]!.append(['a', 'T', 'T', 'b'])
  partitions[0]!.append(['c'])
  assert.equal(await shown(), ['1 subscribed t-0: a,T,T,b', '2 subscribed t-0: T,b'])
  assert.is(host.get('p')!.state, 'backing-off')
  clock.advance(1000)
  assert.equal(await shown(), ['3 subscribed t-0: b', '3 subscribed t-0: c'])
  assert.equal(host.get('p')!.records, counted({ accepted: 3, failed: 2 }))
})

test('records wait as long as it is in quarantine', async (cleanup) => {
  const { host, partitions, clock, shown } = await following(cleanup, { maxFailures: 1 })
  partitions[0]!.append(['T', 'a'])
  partitions[0]!.append(['b'])
  await shown()
  clock.advance(100_000)
  assert.equal(await shown(), [])
  await host.reset('p')
  assert.equal(await shown(), ['2 subscribed t-0: a', '2 subscribed t-0: b'])
})

test('what the instances of a reload no longer subscribe to ends, and what they begin with is new', async (cleanup) => {
  const { host, threads, source, partitions, shown } = await following(cleanup)
  const [other] = source.create('other').partitions
  other!.append(['before'])
  threads.ways.topics = ['other']
  await host.reload('p')
  partitions[0]!.append(['a'])
  other!.append(['b'])
  assert.equal(await shown(), ['2 subscribed other-0: b'])
})

test('a plugin that is disabled, unloaded or closed follows nothing', async (cleanup) => {
  const { host, source, partitions, shown } = await following(cleanup)
  await host.disable('p')
  assert.is(source.listenerCount, 0)
  partitions[0]!.append(['a'])
  await host.enable('p')
  partitions[0]!.append(['b'])
  assert.equal(await shown(), ['2 subscribed t-0: b'])
  await host.unload('p')
  assert.is(source.listenerCount, 0)
})

test('however reloads and failures come about, each record is judged once and in order', async (cleanup) => {
  const seed = 17
  const random = new SeededRandom(seed)
  const { host, threads, clock, partitions } = await following(cleanup, { instances: 2, maxFailures: 50 })
  const appended = partitions.map((): string[] => [])
  for (let turn = 0; turn < 300; turn++) {
    const at = random.below(partitions.length)
    const values = Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const letter = random.below(10) === 0 ? 'T' : 'a'
      return `${letter}${turn}.${index}`
    })
    appended[at]!.push(...values.filter((value) => value.startsWith('a')).map((value) => `t-${at}: ${value}`))
    partitions[at]!.append(values)
    threads.ways.isHeld = random.below(2) === 0
    if (random.below(5) === 0) host.reload('p')
    if (random.below(2) === 0) await settled()
    threads.release()
    clock.advance(random.below(1000))
  }
  for (let turn = 0; turn < 200; turn++) {
    await settled()
    clock.advance(1000)
  }
  for (const [at, expected] of appended.entries()) {
    const judged = threads.judged.filter((line) => line.startsWith(`t-${at}: `))
    assert.equal(judged, expected, `seed ${seed}`)
  }
})

test.run()
