import * as assert from 'uvu/assert'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('faults over HTTP')

function http({ after }: Cleanup) {
  const made = testHttp()
  after(made.close)
  return made
}

test('a fault is added, strikes, is listed with what it hit, and removed', async (cleanup) => {
  const { post, get, send, request, faults } = http(cleanup)
  const added = await post('/faults', { name: 'busy', api: 'ApiVersions', error: 'REQUEST_TIMED_OUT', times: '2' })
  assert.is(added.status, 201, added.text)
  assert.equal([added.json.api, added.json.error, added.json.left], [['ApiVersions'], 'REQUEST_TIMED_OUT', 2])
  assert.is((await request(apiVersions, 2, {})).errorCode, 7)
  const { json } = await get('/faults')
  const [{ name, state, matched, hits, left, last_hits: lastHits }] = json.faults
  assert.equal({ name, state, matched, hits, left }, { name: 'busy', state: 'active', matched: 1, hits: 1, left: 1 })
  const at = new Date(startMs).toISOString()
  assert.equal(lastHits, [
    { at, api: 'ApiVersions', client: 'test', broker: 1, topic: null, partition: null, group: null },
  ])
  assert.equal((await get('/faults/busy')).json, json.faults[0])
  assert.is((await send('DELETE', '/faults/busy')).status, 204)
  assert.equal(faults.list(), [])
})

test('several are added, all or none', async (cleanup) => {
  const { post, send, faults } = http(cleanup)
  const bad = await post('/faults', { faults: [{ delay: '1s' }, { error: 'NO_SUCH' }] })
  assert.is(bad.status, 400)
  assert.match(bad.json.error.message, /faults\[1\]: error is NO_SUCH/)
  const twice = await post('/faults', {
    faults: [
      { name: 'a', delay: 1 },
      { name: 'a', delay: 2 },
    ],
  })
  assert.is(twice.status, 409)
  assert.equal(faults.list(), [])
  const { status, json } = await post('/faults', { faults: [{ delay: '1s' }, { throttle: 5 }] })
  assert.is(status, 201)
  assert.equal(
    json.faults.map((one: { name: string; delay: number; throttle: number }) => [one.name, one.delay, one.throttle]),
    [
      ['fault-1', 1000, null],
      ['fault-2', null, 5],
    ],
  )
  assert.is((await send('DELETE', '/faults')).status, 204)
  assert.equal(faults.list(), [])
})

test('a name that is taken is a conflict, one that is unknown is not found', async (cleanup) => {
  const { post, get, send } = http(cleanup)
  await post('/faults', { name: 'slow', delay: 1 })
  const { status, json } = await post('/faults', { name: 'slow', delay: 1 })
  assert.equal([status, json.error.code], [409, 'conflict'])
  for (const answer of [await get('/faults/fast'), await send('DELETE', '/faults/fast')]) {
    assert.equal([answer.status, answer.json.error.code], [404, 'not_found'])
    assert.match(answer.json.error.message, /use slow/)
  }
})

const refused: readonly [body: unknown, why: RegExp][] = [
  [{}, /does nothing; add error/],
  [{ eror: 6 }, /eror is no field; use name, api/],
  [{ api: 'Produced', error: 6 }, /the fault: api is Produced; did you mean Produce\?/],
  [{ faults: [] }, /faults is/],
  [{ down: true, broker: 1, times: 1 }, /leave times, every and probability out/],
  ['no json', /JSON/],
]

for (const [body, why] of refused) {
  test(`${JSON.stringify(body)} is refused, and nothing is added`, async (cleanup) => {
    const { post, faults } = http(cleanup)
    const { status, json } = await post('/faults', body, { 'content-type': 'application/json' })
    assert.is(status, 400)
    assert.match(json.error.message, why)
    assert.equal(faults.list(), [])
  })
}

test.run()
