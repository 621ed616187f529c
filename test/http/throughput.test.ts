/** `GET /overview`. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('overview of throughput')

test('points, the present, and totals are told', async () => {
  const http = testHttp()
  http.clock.advance(5000)
  await http.post('/topics/t/records', { records: [{ value: 'a' }, { value: 'b' }] })
  http.clock.advance(4000)
  const { status, json } = await http.get('/overview')
  assert.is(status, 200)
  assert.equal([json.step_ms, json.points.length, json.points[0].records_in_per_s], [5000, 1, 0])
  const { bytesIn } = { bytesIn: http.cluster.memory.storedBytes }
  assert.equal(
    [json.now.records_in_per_s, json.now.bytes_in_per_s, json.now.connections, json.now.request_ms],
    [0.5, bytesIn / 4, 3, null],
  )
  assert.equal(json.totals, { records_in: 2, bytes_in: bytesIn, bytes_out: 0, requests: 2, refused: 0 })
})

test.run()
