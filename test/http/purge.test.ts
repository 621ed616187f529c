/** `POST /purge`, against a broker in memory. */
import * as assert from 'uvu/assert'
import { type TestHttp, testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('purge over HTTP')

async function filled(): Promise<TestHttp> {
  const http = testHttp({ settings: { partitionCount: 2 } })
  for (const topic of ['a', 'b']) {
    await http.post('/produce', { topic, records: [{ value: '1' }, { value: '2' }, { value: '3', partition: 1 }] })
  }
  return http
}

test('without a topic, the records of all topics go', async () => {
  const { post, get, cluster } = await filled()
  const bytes = cluster.memory.storedBytes
  const { status, json } = await post('/purge', '')
  assert.is(status, 200)
  assert.equal(json, {
    records: 6,
    bytes,
    topics: [
      { topic: 'a', records: 3, bytes: bytes / 2 },
      { topic: 'b', records: 3, bytes: bytes / 2 },
    ],
  })
  assert.is(cluster.memory.storedBytes, 0)
  assert.equal((await get('/fetch?topic=a')).json.records, [])
})

test('offsets go on where they were', async () => {
  const { post } = await filled()
  await post('/purge', {})
  assert.is((await post('/produce', { topic: 'a', partition: 1, value: 'x' })).json.offset, 1)
})

const ways: readonly [title: string, path: string, body: unknown][] = [
  ['in the query', '/purge?topic=a', ''],
  ['in JSON', '/purge', { topic: 'a' }],
  ['in a form', '/purge', new URLSearchParams({ topic: 'a' })],
]

for (const [title, path, body] of ways) {
  test(`a topic named ${title} is purged alone`, async () => {
    const { post, cluster } = await filled()
    const { json } = await post(path, body)
    assert.is(json.records, 3)
    assert.is(cluster.topics.get('b')!.partitions[0]!.logStartOffset, 0)
  })
}

const wrong: readonly [path: string, body: unknown, status: number, message: RegExp][] = [
  ['/purge?topic=c', '', 404, /^topic "c" does not exist; GET \/topics lists all$/],
  ['/purge?topic=', '', 400, /^topic is ""; /],
  ['/purge', { topic: 7 }, 400, /^topic is 7; /],
  ['/purge', { topics: ['a'] }, 400, /^topics is no field; /],
  ['/purge?partition=1', '', 400, /^partition is no parameter; /],
  ['/purge', '{', 400, /^the body is not JSON/],
]

for (const [path, body, status, message] of wrong) {
  test(`${path} with ${JSON.stringify(body)} is refused, and everything stays`, async () => {
    const { post, cluster } = await filled()
    const before = cluster.memory.storedBytes
    const reply = await post(path, body)
    assert.is(reply.status, status)
    assert.match(reply.json.error.message, message)
    assert.is(cluster.memory.storedBytes, before)
  })
}

test.run()
