import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('snapshots over HTTP')

function http({ after }: Cleanup) {
  const made = testHttp()
  after(made.close)
  return made
}

test('a snapshot is taken, listed, come back to and forgotten', async (cleanup) => {
  const { post, get, send, cluster } = http(cleanup)
  await post('/produce', { topic: 't', value: 'x' })
  const taken = await post('/snapshots', { name: 'one' })
  assert.is(taken.status, 201, taken.text)
  const { bytes, ...rest } = taken.json
  assert.equal(rest, { name: 'one', at: '2026-01-01T00:00:00.000Z', topics: 1, groups: 0 })
  assert.ok(bytes > 60)
  assert.is((await send('POST', '/snapshots')).json.name, 'snapshot-1')
  await post('/produce', { topic: 't', value: 'y' })
  assert.equal((await post('/snapshots/one/restore', {})).json, taken.json)
  assert.is(cluster.topics.get('t')!.partitions[0]!.logEndOffset, 1)
  assert.equal(
    (await get('/snapshots')).json.snapshots.map(({ name }: { name: string }) => name),
    ['one', 'snapshot-1'],
  )
  assert.equal((await get('/snapshots/one')).json, taken.json)
  assert.is((await send('DELETE', '/snapshots/one')).status, 204)
  assert.is((await get('/snapshots/one')).status, 404)
})

test('a name that is taken is a conflict, one that is unknown is not found', async (cleanup) => {
  const { post, send } = http(cleanup)
  await post('/snapshots', { name: 'one' })
  const twice = await post('/snapshots', { name: 'one' })
  assert.equal([twice.status, twice.json.error.code], [409, 'conflict'])
  assert.is((await post('/snapshots', { name: 'a b' })).status, 400)
  assert.is((await post('/snapshots', { nam: 'x' })).status, 400)
  for (const answer of [await post('/snapshots/no/restore', {}), await send('DELETE', '/snapshots/no')]) {
    assert.equal([answer.status, answer.json.error.code], [404, 'not_found'])
    assert.match(answer.json.error.message, /use one/)
  }
})

test('a reset tells what there is now', async (cleanup) => {
  const { json, status } = await http(cleanup).send('POST', '/reset')
  assert.equal([status, json], [200, { topics: 0, groups: 0, took_ms: 0.5 }])
})

test.run()
