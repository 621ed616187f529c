/** What clients push of themselves, over HTTP. */
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('client metrics over HTTP')

test('each client is told with what is asked of it, and what it pushed last', async () => {
  const { get, cluster } = testHttp()
  assert.equal((await get('/client-metrics')).json, { clients: [] })
  cluster.clientMetrics.replace('s', new Map([['metrics', 'a.']]))
  const client = {
    client_instance_id: 'AAAAAAAAAAAAAAAAAAAAAg',
    client_id: 'shop',
    client_software_name: 'kafka-java',
    client_software_version: '4.4.0',
    client_source_address: '127.0.0.1',
    client_source_port: '',
  }
  const asked = cluster.telemetry.subscription(client, {}, startMs) as { subscriptionId: number }
  const metrics = gzipSync('abc')
  const push = { ...asked, isTerminating: false, compressionType: 1, metrics }
  assert.is(cluster.telemetry.push(push, client, {}, startMs), null)
  assert.equal((await get('/client-metrics')).json.clients, [
    {
      id: 'AAAAAAAAAAAAAAAAAAAAAg',
      client_id: 'shop',
      software_name: 'kafka-java',
      software_version: '4.4.0',
      address: '127.0.0.1',
      metrics: ['a.'],
      interval_ms: 300_000,
      pushes: 1,
      bytes: metrics.length,
      last_push_ms: startMs,
      last_push_compression: 'gzip',
      last_push: metrics.toString('base64'),
    },
  ])
})

test.run()
