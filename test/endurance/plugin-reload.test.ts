/**
 * Plugins that come and go by the dozen while records are produced, in the broker as it is published: there a thread
 * starts in half the time.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Producer } from 'kafkajs'
import * as assert from 'uvu/assert'
import type { BrokerOptions } from '../../src/index.ts'
import { noop } from '../support/components.ts'
import { stamping } from '../support/components-0-2.ts'
import { asked } from '../support/doing.ts'
import { kafkajs, producing, readAll } from '../support/kafkajs.ts'
import { testCachePath, threadCount } from '../support/plugins.ts'
import { until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('plugins that come and go', 40)

const reloads = 50
const loads = 100
/** What a hundred instances may leave: each that stayed would take several times as much as its share of this. */
const growthBytesMax = 32 * 1024 * 1024

const { createBroker }: typeof import('../../src/index.ts') = await import(
  pathToFileURL(join(process.cwd(), 'dist/index.js')).href
)

async function published({ after }: Cleanup, settings: BrokerOptions = {}) {
  const broker = await createBroker({ pluginCachePath: testCachePath, partitionCount: 4, ...settings })
  after(() => broker.close())
  const call = async (method: string, path: string, body: unknown = {}) => {
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const { status, json, text } = await asked(`${broker.httpUrl}${path}`, init)
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`)
    return json
  }
  return { bootstrap: broker.bootstrap, call }
}

/** Sends batches of three to a partition, one after another, until it is over; answers what was acknowledged. */
async function sending(send: (values: string[]) => Promise<unknown>, isOver: () => boolean): Promise<string[]> {
  const acknowledged: string[] = []
  while (!isOver()) {
    const values = [0, 1, 2].map((at) => `${acknowledged.length + at}`)
    await send(values)
    acknowledged.push(...values)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  return acknowledged
}

const overKafka = (producer: Producer, partition: number) => (values: string[]) =>
  producer.send({ topic: 't', messages: values.map((value) => ({ value, partition })) })

test(`through ${reloads} reloads each record is stored once, in order, as one instance made it`, async (cleanup) => {
  const { bootstrap, call } = await published(cleanup, { plugins: [{ path: await stamping(), name: 'p' }] })
  const kafka = kafkajs([bootstrap])
  const producers = [await producing(cleanup, kafka), await producing(cleanup, kafka, { idempotent: true })]
  const threads = threadCount()
  let isDone = false
  const isOver = () => isDone
  const overHttp = (partition: number) => (values: string[]) =>
    call('POST', '/produce', { topic: 't', records: values.map((value) => ({ value, partition })) })
  const sent = [
    ...producers.map((producer, partition) => sending(overKafka(producer, partition), isOver)),
    ...[2, 3].map((partition) => sending(overHttp(partition), isOver)),
  ]
  for (let count = 0; count < reloads; count++) await call('POST', '/plugins/p/reload')
  isDone = true
  const acknowledged = await Promise.all(sent)
  assert.is(threadCount(), threads)

  const read = await readAll(cleanup, kafka, 't', acknowledged.flat().length)
  const instances = new Set<string>()
  for (const [partition, values] of acknowledged.entries()) {
    assert.ok(values.length >= reloads, `${values.length} records were sent to ${partition}`)
    const stored = read.filter((record) => record.partition === partition)
    assert.equal(
      stored.map(({ value }) => `${value}`),
      values,
    )
    const stamps = stored.map(({ headers }) =>
      Object.values(headers ?? {}).map((stamp) => (stamp as Buffer).toString('hex')),
    )
    assert.ok(stamps.every((stamp) => stamp.length === 1))
    const turns = stamps.flat().filter((stamp, at, all) => stamp !== all[at - 1])
    assert.is(new Set(turns).size, turns.length, 'no instance came back after another')
    for (const stamp of turns) instances.add(stamp)
  }
  assert.ok(instances.size > reloads / 2 && instances.size <= reloads + 1, `${instances.size} instances`)
})

test(`${loads} loads and unloads leave no thread, no file and no memory`, async (cleanup) => {
  const { call } = await published(cleanup)
  const path = await noop()
  const loadAndUnload = async (count: number) => {
    for (let at = 0; at < count; at++) {
      await call('POST', '/plugins', { name: 'p', path })
      assert.is((await call('POST', '/produce', { topic: 't', value: 'x' })).topic, 't')
      await call('DELETE', '/plugins/p')
    }
  }
  const [warmUp, collect] = [20, garbageCollector()]
  await loadAndUnload(warmUp)
  collect()
  const before = { threads: threadCount(), files: openFiles(), bytes: process.memoryUsage.rss() }
  await loadAndUnload(loads - warmUp)
  // The connection over which was asked may still be closing.
  await until('no file is open that was not', () => openFiles() <= before.files)
  assert.is(threadCount(), before.threads)
  await until('memory is what it was', () => {
    collect()
    return process.memoryUsage.rss() - before.bytes < growthBytesMax
  })
})

/** Open in this process, as Linux counts them; elsewhere nothing counts them. */
function openFiles(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
}

/** The flag does not stay: threads start more slowly under flags that are not Node's own. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  return collect
}

test.run()
