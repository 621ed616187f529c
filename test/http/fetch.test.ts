/** `GET /fetch`, against a broker in memory. */
import * as assert from 'uvu/assert'
import { type CompressionType, encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { startMs } from '../support/broker.ts'
import { type TestHttp, testHttp } from '../support/http.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('fetch over HTTP')

/** A topic with so many records, whose values are their offsets. */
async function filled(count: number, options: Parameters<typeof testHttp>[0] = {}): Promise<TestHttp> {
  const http = testHttp(options)
  for (let i = 0; i < count; i++) await http.post('/produce', { topic: 't', value: `${i}` })
  return http
}

const valuesOf = (json: { records: { value: string }[] }) => json.records.map(({ value }) => value)

test('records are read from an offset on, with where to go on', async () => {
  const { get } = await filled(3)
  const { status, json } = await get('/fetch?topic=t&partition=0&offset=1')
  assert.is(status, 200)
  assert.equal(json, {
    topic: 't',
    partition: 0,
    high_watermark: 3,
    next_offset: 3,
    records: [
      { offset: 1, timestamp: startMs, key: null, value: '1', headers: [] },
      { offset: 2, timestamp: startMs, key: null, value: '2', headers: [] },
    ],
  })
})

const places: readonly [offset: string, values: readonly string[]][] = [
  ['earliest', ['0', '1', '2']],
  ['latest', []],
  ['0', ['0', '1', '2']],
  ['3', []],
  ['-1', ['2']],
  ['-2', ['1', '2']],
  ['-100', ['0', '1', '2']],
]

for (const [offset, values] of places) {
  test(`offset ${offset} of three records gives ${values.length}`, async () => {
    const { get } = await filled(3)
    assert.equal(valuesOf((await get(`/fetch?topic=t&offset=${offset}`)).json), values)
  })
}

test('without partition and offset, partition 0 is read from its start', async () => {
  const { get } = await filled(2)
  assert.equal(valuesOf((await get('/fetch?topic=t')).json), ['0', '1'])
})

for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const satisfies CompressionType[]) {
  test(`records that a client compressed with ${compression} are readable`, async () => {
    const { cluster, get } = await filled(1)
    const records = ['a', 'b', 'c'].map((value) => ({ timestamp: startMs, key: null, value: Buffer.from(value) }))
    cluster.topics.get('t')!.partitions[0]!.append(readBatch(encodeBatch(records, { compression })), startMs)
    const { json } = await get('/fetch?topic=t&offset=2')
    assert.equal(valuesOf(json), ['b', 'c'])
    assert.is(json.next_offset, 4)
  })
}

test('max_bytes bounds what is answered, and one record is answered all the same', async () => {
  const { cluster, get } = await filled(1)
  const records = ['a', 'b', 'c'].map((value) => ({ timestamp: startMs, key: null, value: Buffer.alloc(100, value) }))
  cluster.topics.get('t')!.partitions[0]!.append(readBatch(encodeBatch(records)), startMs)
  const two = (await get('/fetch?topic=t&offset=1&max_bytes=250')).json
  assert.is(two.records.length, 2)
  assert.is(two.next_offset, 3)
  const one = (await get('/fetch?topic=t&offset=1&max_bytes=1')).json
  assert.is(one.records.length, 1)
  assert.is(one.next_offset, 2)
})

test('a reader that follows next_offset reads everything once', async () => {
  const { get } = await filled(25)
  const seen: string[] = []
  for (let offset = 0; offset < 25; ) {
    const { json } = await get(`/fetch?topic=t&offset=${offset}&max_bytes=150`)
    seen.push(...valuesOf(json))
    offset = json.next_offset
  }
  assert.equal(
    seen,
    Array.from({ length: 25 }, (_, i) => `${i}`),
  )
})

test('control batches are passed over', async () => {
  const { cluster, get } = await filled(1)
  const marker = { timestamp: startMs, key: Buffer.from([0, 0, 0, 1]), value: Buffer.alloc(6) }
  const batch = readBatch(encodeBatch([marker], { isControl: true, isTransactional: true }))
  cluster.topics.get('t')!.partitions[0]!.append(batch, startMs)
  const { json } = await get('/fetch?topic=t')
  assert.equal(valuesOf(json), ['0'])
  assert.is(json.next_offset, 2)
})

test('waiting ends when a record comes', async () => {
  const http = await filled(1)
  const waiting = http.get('/fetch?topic=t&offset=1&wait_ms=10000')
  await turn()
  assert.is(http.cluster.parking.count, 1)
  await http.post('/produce', { topic: 't', value: 'new' })
  assert.equal(valuesOf((await waiting).json), ['new'])
})

test('waiting ends with nothing when the time is up', async () => {
  const http = await filled(1)
  const waiting = http.get('/fetch?topic=t&offset=latest&wait_ms=500')
  await turn()
  http.clock.advance(500)
  const { status, json } = await waiting
  assert.is(status, 200)
  assert.equal(json.records, [])
  assert.is(json.next_offset, 1)
})

test('nobody waits when there are records', async () => {
  const { get, cluster } = await filled(1)
  assert.equal(valuesOf((await get('/fetch?topic=t&offset=0&wait_ms=10000')).json), ['0'])
  assert.is(cluster.parking.count, 0)
})

test('an offset that is not there answers 416 with those that are', async () => {
  const http = await filled(3)
  http.cluster.topics.get('t')!.partitions[0]!.deleteRecordsBefore(2)
  for (const offset of [0, 4]) {
    const { status, json } = await http.get(`/fetch?topic=t&offset=${offset}&wait_ms=1000`)
    assert.is(status, 416)
    assert.equal(json.error, {
      code: 'OFFSET_OUT_OF_RANGE',
      message: `offset ${offset} is not in partition 0 of t; use 2 to 3`,
      earliest: 2,
      latest: 3,
    })
  }
})

test('what was fetched is deleted where settings say so', async () => {
  const { get } = await filled(3, { settings: { isPurgedOnFetch: true } })
  await get('/fetch?topic=t&offset=2')
  assert.equal(valuesOf((await get('/fetch?topic=t')).json), ['2'])
})

test('what is gone once it is read is not read by pages of other sites, as by a picture in one', async () => {
  const { get } = await filled(3, { settings: { isPurgedOnFetch: true } })
  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
  assert.equal([(await get('/fetch?topic=t&offset=2', picture)).status], [403])
  assert.equal(valuesOf((await get('/fetch?topic=t', { 'sec-fetch-site': 'none' })).json), ['0', '1', '2'])
  const { get: keeping } = await filled(1)
  assert.is((await keeping('/fetch?topic=t', picture)).status, 200)
})

const wrong: readonly [query: string, status: number, message: RegExp][] = [
  ['', 400, /^topic is missing; use the name of a topic$/],
  ['topic=', 400, /^topic is ""; /],
  ['topic=nope', 404, /^topic "nope" does not exist; /],
  ['topic=t&partition=1', 404, /^topic t has no partition 1; use 0$/],
  ['topic=t&partition=x', 400, /^partition is "x"; use a whole number/],
  ['topic=t&partition=-1', 400, /^partition is -1; /],
  ['topic=t&offset=x', 400, /^offset is "x"; use a whole number, earliest or latest$/],
  ['topic=t&offset=1.5', 400, /^offset is 1\.5; /],
  ['topic=t&offset=99999999999999999999', 400, /^offset is /],
  ['topic=t&max_bytes=lots', 400, /^max_bytes is "lots"; /],
  ['topic=t&max_bytes=999999999999', 400, /^max_bytes is 999999999999; use a whole number from 0 to 16777216$/],
  ['topic=t&wait_ms=3600001', 400, /^wait_ms is 3600001; use a whole number from 0 to 60000$/],
  ['topic=t&ofset=1', 400, /^ofset is no parameter; use topic, /],
]

for (const [query, status, message] of wrong) {
  test(`/fetch?${query} is refused`, async () => {
    const { get } = await filled(1)
    const reply = await get(`/fetch?${query}`)
    assert.is(reply.status, status)
    assert.match(reply.json.error.message, message)
  })
}

/** Lets a request get as far as it can. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

test('what a plugin hides or replaces on the way out is so here, too', async () => {
  const judge = Object.assign(new ScriptedJudge(), { wants: () => false })
  const http = testHttp({ judge })
  judge.viewed.add('t')
  await http.post('/produce', { topic: 't', records: [{ value: 'hide' }, { value: 'now y' }, { value: 'hide' }] })
  const { json } = await http.get('/fetch?topic=t')
  assert.equal(
    [json.records.map(({ offset, value }: { offset: number; value: string }) => [offset, value]), json.next_offset],
    [[[1, 'y']], 3],
  )
  assert.is(judge.seen[0], 'http 0: hide,now y,hide')
})

test.run()
