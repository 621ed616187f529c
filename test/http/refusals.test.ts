/** Refused records over HTTP, at once and live. */
import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('refusals over HTTP')

const judged = () => testHttp({ judge: new ScriptedJudge() })

test('refused records are listed newest first, whatever becomes of them', async () => {
  const http = judged()
  await http.post('/topics/t/records', { records: [{ value: 'ok' }, { key: 'k', value: 'refuse' }] })
  await http.post('/topics/u/records', { value: 'bury' })
  const { json } = await http.get('/refusals')
  assert.is(json.total, 2)
  assert.equal(json.refusals[1], {
    id: 1,
    timestamp: startMs,
    topic: 't',
    partition: 0,
    plugin: 'p',
    reason: 'no',
    on_reject: 'drop',
    is_failure: false,
    client_id: 'http',
    key: 'k',
    value: 'refuse',
    key_bytes: 1,
    value_bytes: 6,
  })
  const ids = async (query: string) =>
    (await http.get(`/refusals${query}`)).json.refusals.map(({ id }: { id: number }) => id)
  assert.equal(
    [
      await ids(''),
      await ids('?limit=1'),
      await ids('?topic=t'),
      await ids('?plugin=p&topic=u'),
      await ids('?plugin=q'),
    ],
    [[2, 1], [2], [1], [2], []],
  )
})

test('live, they come as they are refused', async () => {
  const http = judged()
  await http.post('/topics/t/records', { value: 'refuse' })
  const response = await http.http.request('/refusals/tail?topic=t')
  const reader = response.body!.getReader()
  const next = reader.read()
  await http.post('/topics/u/records', { value: 'refuse' })
  await http.post('/topics/t/records', { value: 'refuse' })
  const { refusal } = JSON.parse(Buffer.from((await next).value!).toString())
  assert.equal([refusal.id, refusal.topic], [3, 't'])
})

test('a limit that is none is refused', async () => {
  const { status, json } = await judged().get('/refusals?limit=1001')
  assert.equal([status, json.error.message], [400, 'limit is 1001; use a whole number from 1 to 1000'])
})

test.run()
