/** `GET /topics/{topic}/records`, against a broker in memory. */
import * as assert from 'uvu/assert'
import { lookedAtMax } from '../../src/http/reading.ts'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { startMs } from '../support/broker.ts'
import { type TestHttp, testHttp, type TestHttpOptions } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('records over HTTP')

/** Three partitions; values count up with time, each in the next partition: 0 3 6, 1 4 7, 2 5 8. */
async function filled(options: TestHttpOptions = {}): Promise<TestHttp> {
  const http = testHttp({ settings: { partitionCount: 3 }, ...options })
  for (let i = 0; i < 9; i++) {
    const headers = { turn: `${i % 2}` }
    const record = { partition: i % 3, key: `k${i}`, value: { n: i }, headers, timestamp: startMs + i }
    await http.post('/topics/t/records', record)
  }
  return http
}

type Shown = { key: string; value: string }[]
const keys = (records: Shown) => records.map(({ key }) => Number(key.slice(1)))

test('records of all partitions come in the order of their times, with where to go on', async () => {
  const { get } = await filled()
  const { status, json } = await get('/topics/t/records?limit=4')
  assert.is(status, 200)
  assert.equal(keys(json.records), [0, 1, 2, 3])
  assert.equal(json.records[0], {
    partition: 0,
    offset: 0,
    timestamp: startMs,
    key: 'k0',
    value: '{"n":0}',
    headers: [{ key: 'turn', value: '0' }],
    key_bytes: 2,
    value_bytes: 7,
  })
  assert.equal([json.next, json.high_watermarks, json.is_complete], [{ 0: 2, 1: 1, 2: 1 }, { 0: 3, 1: 3, 2: 3 }, false])
})

const queries: readonly [query: string, keys: readonly number[]][] = [
  ['', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['partition=1', [1, 4, 7]],
  ['partition=2,0', [0, 2, 3, 5, 6, 8]],
  ['offset=1', [3, 4, 5, 6, 7, 8]],
  ['offset=-1', [6, 7, 8]],
  ['offset=latest', []],
  ['offset=99', []],
  [`timestamp=${startMs + 4}`, [4, 5, 6, 7, 8]],
  ['timestamp=2026-01-01T00:00:00.007Z', [7, 8]],
  ['timestamp=2027-01-01', []],
  ['last=2', [7, 8]],
  ['last=4&order=newest', [8, 7, 6, 5]],
  ['last=2&partition=0', [3, 6]],
  ['last=100', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ['key=k3', [3]],
  ['value=/n.:[12]}/', [1, 2]],
  ['header=turn:1', [1, 3, 5, 7]],
  ['header=turn:1&last=2', [5, 7]],
  ['header=turn:1&offset=1&limit=2', [3, 5]],
]

/** For those who only read. */
const shared = filled()

for (const [query, expected] of queries) {
  test(`?${query} gives ${JSON.stringify(expected)}`, async () => {
    const { get } = await shared
    const { status, json } = await get(`/topics/t/records?${query}`)
    assert.is(status, 200)
    assert.equal(keys(json.records), expected)
  })
}

test('values are shown in the format asked for', async () => {
  const { get } = await filled()
  const { json } = await get('/topics/t/records?last=1&format=json')
  assert.equal(json.records[0].value, { n: 8 })
})

test('max_bytes bounds an answer, and one record is answered all the same', async () => {
  const { get } = await filled()
  assert.is((await get('/topics/t/records?max_bytes=31')).json.records.length, 2)
  assert.is((await get('/topics/t/records?max_bytes=1')).json.records.length, 1)
  assert.is((await get('/topics/t/records?last=5&max_bytes=1')).json.records.length, 1)
})

test('gaps in the offsets do not make the last ones fewer', async () => {
  const { get, cluster } = testHttp()
  cluster.topics.create({ name: 't', partitionCount: 1 })
  const [partition] = cluster.topics.get('t')!.partitions
  const batch = (value: string) => encodeBatch([{ timestamp: startMs, key: null, value: Buffer.from(value) }])
  partition!.append(readBatch(batch('a')), startMs)
  const wide = batch('b')
  wide.writeInt32BE(50, 23) // lastOffsetDelta: what compaction leaves.
  partition!.append(readBatch(wide), startMs)
  const { json } = await get('/topics/t/records?last=2')
  assert.equal(
    json.records.map(({ value }: { value: string }) => value),
    ['a', 'b'],
  )
})

test('a filter that lets nothing through ends before it has looked at everything, and says so', async () => {
  const { get, cluster } = testHttp()
  cluster.topics.create({ name: 't', partitionCount: 1 })
  const [partition] = cluster.topics.get('t')!.partitions
  const records = Array.from({ length: 10_000 }, () => ({ timestamp: startMs, key: null, value: Buffer.from('x') }))
  for (let at = 0; at <= lookedAtMax; at += records.length) partition!.append(readBatch(encodeBatch(records)), startMs)
  const { json } = await get('/topics/t/records?value=y')
  assert.equal([json.records, json.is_complete, json.next], [[], false, { 0: lookedAtMax }])
})

test('as lines, all records come, a line each; for a browser as a file', async () => {
  const { get } = await filled()
  const { headers, text } = await get('/topics/t/records?offset=1', { accept: 'application/x-ndjson' })
  assert.match(headers.get('content-type')!, /^application\/x-ndjson/)
  assert.equal(
    keys(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ),
    [3, 4, 5, 6, 7, 8],
  )
  const file = await get('/topics/t/records?as=ndjson&download=true&limit=5')
  assert.is(file.headers.get('content-disposition'), 'attachment; filename="t.ndjson"')
  assert.is(file.text.trimEnd().split('\n').length, 5)
  const last = await get('/topics/t/records?last=2&as=ndjson')
  assert.equal(
    keys(
      last.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ),
    [7, 8],
  )
  const json = await get('/topics/t/records?download=true')
  assert.is(json.headers.get('content-disposition'), 'attachment; filename="t.json"')
})

test('who reads committed records sees none of open or aborted transactions', async () => {
  const { get, cluster } = testHttp()
  cluster.topics.create({ name: 't', partitionCount: 1 })
  const partition = cluster.topics.get('t')!.partitions[0]!
  const append = (producerId: number, key: string) => {
    const record = { timestamp: startMs, key: Buffer.from(key), value: null }
    const options = { isTransactional: true, producerId, producerEpoch: 0, baseSequence: 0 }
    const batch = readBatch(encodeBatch([record], options))
    const appended = partition.append(batch, startMs, partition.beginVerification(batch, false, startMs))
    assert.ok('baseOffset' in appended)
  }
  const end = (producerId: number, isCommitted: boolean) => {
    const marker = { producerId, producerEpoch: 0, isCommitted, coordinatorEpoch: 0, isSecondGeneration: false }
    assert.is(partition.endTransaction(marker, startMs), null)
  }
  append(1, 'k1')
  append(2, 'k2')
  end(1, false)
  end(2, true)
  append(3, 'k3')
  const read = async (query: string) => keys((await get(`/topics/t/records?${query}`)).json.records)
  assert.equal(await read(''), [1, 2, 3])
  assert.equal(await read('isolation=read_committed'), [2])
  assert.equal(await read('isolation=read_committed&last=5'), [2])
  const { text } = await get('/topics/t/records?isolation=read_committed&as=ndjson')
  assert.is(JSON.parse(text).key, 'k2')
})

test('waiting ends when a record comes to any of the partitions', async () => {
  const http = await filled()
  const waiting = http.get('/topics/t/records?offset=latest&wait_ms=10000')
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(http.cluster.parking.count, 1)
  await http.post('/topics/t/records', { partition: 2, key: 'k9', value: 'x' })
  assert.equal(keys((await waiting).json.records), [9])
})

test('looking leaves records where they are, whatever purge_on_fetch says', async () => {
  const { get } = await filled({ settings: { isPurgedOnFetch: true, partitionCount: 3 } })
  for (let i = 0; i < 2; i++) assert.is((await get('/topics/t/records?offset=1')).json.records.length, 6)
})

const wrong: readonly [path: string, status: number, message: RegExp][] = [
  ['/topics/u/records', 404, /^topic "u" does not exist; /],
  ['/topics/t/records?partition=3', 404, /^topic t has no partition 3; use 0 to 2$/],
  ['/topics/t/records?partition=a', 400, /^partition is "a"; use a partition, or several: 0,1,2$/],
  ['/topics/t/records?partition=0&offset=4', 416, /^offset 4 is not in partition 0 of t; use 0 to 3$/],
  ['/topics/t/records?offset=x', 400, /^offset is "x"; use a whole number, earliest or latest$/],
  ['/topics/t/records?offset=1&timestamp=1', 400, /^timestamp is given beside offset; /],
  ['/topics/t/records?timestamp=today', 400, /^timestamp is "today"; use milliseconds since 1970, or /],
  ['/topics/t/records?timestamp=2026-99-99', 400, /^timestamp is "2026-99-99"; /],
  ['/topics/t/records?last=2&offset=1', 400, /^last is given beside a place to begin; /],
  ['/topics/t/records?order=newest', 400, /^order is newest without last; say how many$/],
  ['/topics/t/records?last=0', 400, /^last is 0; use a whole number from 1 to 10000$/],
  ['/topics/t/records?format=xml', 400, /^format is "xml"; use auto, text, json, base64 or hex$/],
  ['/topics/t/records?key=', 400, /^key is ""; use a text or/],
  ['/topics/t/records?key=/(/', 400, /^key is no regular expression/],
  ['/topics/t/records?since=1', 400, /^since is no parameter; use partition, offset, /],
]

for (const [path, status, message] of wrong) {
  test(`${path} is refused`, async () => {
    const reply = await (await shared).get(path)
    assert.is(reply.status, status)
    assert.match(reply.json.error.message, message)
  })
}

test.run()
