/** The broker's own numbers: the documented names, with the right values. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('broker metrics')

async function scraped() {
  const http = testHttp({ settings: { partitionCount: 2 } })
  await http.post('/produce', { topic: 't', records: [{ value: 'a' }, { value: 'b' }, { value: 'c', partition: 1 }] })
  http.cluster.topics.get('t')!.partitions[0]!.deleteRecordsBefore(1)
  await http.send('PUT', '/groups/g/offsets', { offsets: [{ topic: 't', partition: 0, offset: 1 }] })
  return { http, ...(await http.get('/metrics')) }
}

const lines: readonly string[] = [
  'kafka_network_requestmetrics_totalitems{request="Produce"} 2',
  'kafka_network_requestmetrics_totaltimems{request="Produce"} 5',
  'kafka_server_brokertopicmetrics_messagesin_total{topic="t"} 3',
  'kafka_log_numlogsegments{topic="t",partition="0"} 1',
  'kafka_log_logstartoffset{topic="t",partition="0"} 1',
  'kafka_log_logendoffset{topic="t",partition="1"} 1',
  'blink_connections 3',
  'blink_refused_records_total 0',
  'blink_request_duration_seconds_count{request="Produce"} 2',
  'blink_consumer_group_lag{group="g",topic="t"} 1',
  'blink_parked_requests 0',
  'blink_topics 1',
  'blink_partitions 2',
  'blink_record_count 2',
  'blink_max_memory_bytes 1073741824',
]

for (const line of lines) {
  test(line, async () => {
    const { text } = await scraped()
    assert.ok(text.includes(`\n${line}\n`), text)
  })
}

test('stored bytes are those of the log', async () => {
  const { http, text } = await scraped()
  assert.match(text, `\nblink_in_memory_queue_size_bytes ${http.cluster.memory.storedBytes}\n`)
})

test('bytes are counted as they come in and as they are read', async () => {
  const http = testHttp()
  await http.post('/produce', { topic: 'u', value: 'hello' })
  await http.get('/fetch?topic=u&partition=0&offset=0')
  const stored = http.cluster.topics.get('u')?.partitions[0]?.byteLength
  const { text } = await http.get('/metrics')
  assert.match(text, `\nkafka_server_brokertopicmetrics_bytesin_total{topic="u"} ${stored}\n`)
  assert.match(text, `\nkafka_server_brokertopicmetrics_bytesout_total{topic="u"} ${stored}\n`)
})

test('a scrape tells what is, not what was added up since the last', async () => {
  const { http } = await scraped()
  const { text } = await http.get('/metrics')
  assert.match(text, '\nkafka_server_brokertopicmetrics_messagesin_total{topic="t"} 3\n')
  http.cluster.topics.delete(http.cluster.topics.get('t')!)
  assert.not.match((await http.get('/metrics')).text, 'topic="t"')
})

test('a scrape stays bounded however many partitions there are', async () => {
  const http = testHttp()
  for (let i = 0; i < 2; i++) http.cluster.topics.create({ name: `t${i}`, partitionCount: 9000 })
  const { text } = await http.get('/metrics')
  assert.is(text.match(/^kafka_log_size\{/gm)?.length, 10_000)
})

test.run()
