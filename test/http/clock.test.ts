import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('clock over HTTP')

test('time is read, moved on, set, frozen and let go', async ({ after }) => {
  const { get, post, close, clock } = testHttp()
  after(close)
  assert.equal((await get('/clock')).json, {
    state: 'running',
    now: '2026-01-01T00:00:00.000Z',
    now_ms: startMs,
    offset_ms: 0,
  })
  assert.is((await post('/clock', { advance: '45s' })).json.now, '2026-01-01T00:00:45.000Z')
  assert.is((await post('/clock', { freeze: true })).json.state, 'frozen')
  clock.advance(1000)
  assert.equal((await get('/clock')).json.offset_ms, 44_000)
  assert.is((await post('/clock', { set: '2027-01-01T00:00:00Z' })).json.now_ms, Date.UTC(2027, 0, 1))
  assert.is((await post('/clock', { set: 5000 })).json.now_ms, 5000)
  assert.is((await post('/clock', { freeze: false })).json.state, 'running')
})

test('what falls due has run when it is answered', async ({ after }) => {
  const { post, close, time } = testHttp()
  after(close)
  let rang = false
  time.after(60_000, () => (rang = true))
  await post('/clock', { advance: '1m' })
  assert.ok(rang)
})

const refused: readonly [body: unknown, why: RegExp][] = [
  [{}, /use one of advance, set, freeze/],
  [{ advance: 1, freeze: true }, /use one of advance, set, freeze/],
  [{ advance: 'soon' }, /advance is soon; use 0ms–36500d/],
  [{ advance: -1 }, /advance is -1/],
  [{ set: 'soon' }, /set is soon/],
  [{ freeze: 'yes' }, /freeze is "yes"; use true or false/],
  [{ speed: 2 }, /speed is no field; use advance, set, freeze/],
  [[], /the body/],
]

for (const [body, why] of refused) {
  test(`${JSON.stringify(body)} is refused, and time stays`, async ({ after }) => {
    const { get, post, close } = testHttp()
    after(close)
    const { status, json } = await post('/clock', body)
    assert.is(status, 400)
    assert.match(json.error.message, why)
    assert.is((await get('/clock')).json.now_ms, startMs)
  })
}

test.run()
