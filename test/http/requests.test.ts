import * as assert from 'uvu/assert'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { testHttp } from '../support/http.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('requests over HTTP')

function http({ after }: Cleanup, stopping?: AbortSignal) {
  const made = testHttp({ settings: { requestsKept: 10 }, ...(stopping === undefined ? {} : { stopping }) })
  after(made.close)
  return made
}

test('requests are listed, filtered, and forgotten', async (cleanup) => {
  const { request, get, send } = http(cleanup)
  for (let at = 0; at < 3; at++) await request(apiVersions, 2, {})
  await request(heartbeat, 4, { groupId: 'g' })
  const { json } = await get('/requests?limit=2')
  assert.equal([json.kept, json.kept_max], [4, 10])
  const [version, beat] = json.requests
  assert.equal(
    [version.api, beat.api, beat.errors, beat.request.groupId],
    ['ApiVersions', 'Heartbeat', ['UNKNOWN_MEMBER_ID'], 'g'],
  )
  assert.equal([beat.id, beat.at, beat.duration_ms], [4, '2026-01-01T00:00:00.000Z', 0])
  const count = async (query: string) => (await get(`/requests?${query}`)).json.requests.length
  assert.equal(
    [await count('api=Heartbeat,Fetch'), await count('errors=false'), await count('after=3'), await count('client=x*')],
    [1, 3, 1, 0],
  )
  assert.is((await send('DELETE', '/requests')).status, 204)
  assert.equal((await get('/requests')).json.requests, [])
})

for (const [accept, begins] of [
  ['text/event-stream', 'data: {"id":'],
  ['*/*', '{"id":'],
] as const) {
  test(`a tail sends what comes from now on, as ${accept} asks, until it is left`, async (cleanup) => {
    const { http: app, request, requests } = http(cleanup)
    await request(heartbeat, 4, { groupId: 'before' })
    const gone = new AbortController()
    const init = { headers: { accept }, signal: gone.signal }
    const answer = await app.request('/requests/tail?api=Heartbeat', init)
    const reader = answer.body!.getReader()
    await request(apiVersions, 2, {})
    await request(heartbeat, 4, { groupId: 'g' })
    const text = new TextDecoder().decode((await reader.read()).value)
    assert.ok(text.startsWith(begins), text)
    assert.match(text, '"groupId":"g"')
    gone.abort()
    assert.ok((await reader.read()).done)
    assert.is(requests.list().length, 3)
  })
}

test('a tail ends when Blink stops', async (cleanup) => {
  const stopping = new AbortController()
  const { http: app } = http(cleanup, stopping.signal)
  const reader = (await app.request('/requests/tail')).body!.getReader()
  stopping.abort()
  assert.ok((await reader.read()).done)
})

for (const query of ['limit=0', 'limit=x', 'errors=perhaps', 'broker=-1', 'foo=1']) {
  test(`?${query} is refused`, async (cleanup) => {
    const { status, json } = await http(cleanup).get(`/requests?${query}`)
    assert.equal([status, json.error.code], [400, 'invalid_request'])
  })
}

test.run()
