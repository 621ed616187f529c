/** Clients that are here, over HTTP. */
import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('connections over HTTP')

test('each client is told with what it is and did', async () => {
  const { json } = await testHttp().get('/connections')
  assert.equal(json, {
    connections: [
      {
        id: '1-1',
        client_id: 'shop',
        software_name: 'librdkafka',
        software_version: '2.3.0',
        address: '127.0.0.1',
        broker: 1,
        listener: 'LOGIN',
        principal: 'User:alice',
        since_ms: startMs,
        requests: 7,
        last_api: 'Produce',
        last_request_ms: startMs + 5,
      },
    ],
  })
})

test.run()
