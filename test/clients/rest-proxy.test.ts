/**
 * A client that was written for the Confluent REST Proxy, and knows nothing of Blink: kafi uses v3 to administer and to
 * produce, and v2 to consume. Run when it is named: `npm test -- clients/rest-proxy`.
 */
import * as assert from 'uvu/assert'
import { kafi, withoutKafi } from '../support/kafi.ts'
import { guardPath, plugin, type Running, type Starting, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('kafi, a client of the REST Proxy', 300, withoutKafi)

const beginning = `
import json
from kafi.kafka.restproxy.restproxy import RestProxy
proxy = RestProxy("local")
proxy.enable_auto_commit(False)
`

/** What the script puts into \`told\`. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a script tells.
async function tell(cleanup: Cleanup, running: Running, script: string): Promise<any> {
  const { code, out, err } = await kafi(cleanup, running, ['-c', `${beginning}${script}\nprint(json.dumps(told))`])
  assert.is(code, 0, err)
  return JSON.parse(out.trim().split('\n').at(-1)!)
}

async function quick(cleanup: Cleanup, settings: Starting = {}): Promise<Running> {
  return start(cleanup, { groupInitialRebalanceDelayMs: 0, ...settings })
}

test('makes topics, produces, consumes, commits and looks', async (cleanup) => {
  const running = await quick(cleanup)
  const told = await tell(
    cleanup,
    running,
    `
proxy.create("snacks", partitions=2, config={"retention.ms": 1000000})
producer = proxy.producer("snacks", type="json")
snacks = [{"name": "cookie", "calories": 500.0}, {"name": "cake", "calories": 260.5}]
producer.produce(snacks, key=[{"id": 1}, {"id": 2}])
consumer = proxy.consumer("snacks", group="eaters", type="json")
records = consumer.consume(n=2)
consumer.commit()
told = {
  "values": sorted(record["value"]["name"] for record in records),
  "calories": sorted(record["value"]["calories"] for record in records),
  "offsets": consumer.offsets(),
  "group": proxy.describe_groups("eaters")["eaters"]["state"],
  "group_offsets": proxy.group_offsets("eaters")["eaters"]["snacks"],
  "watermarks": proxy.watermarks("snacks")["snacks"],
  "config": proxy.config("snacks")["snacks"]["retention.ms"],
  "partitions": proxy.partitions("snacks"),
  "brokers": list(proxy.brokers()),
}
consumer.close()
proxy.delete("snacks")
told["topics"] = proxy.ls()
`,
  )
  assert.equal(told.values, ['cake', 'cookie'])
  assert.equal(told.calories, [260.5, 500])
  const committed = Object.values(told.group_offsets).reduce((sum: number, offset) => sum + Number(offset), 0)
  assert.is(committed, 2)
  assert.equal([told.group, told.config, told.partitions, told.topics], ['stable', '1000000', { snacks: 2 }, []])
  const ends = Object.values(told.watermarks as Record<string, [number, number]>).map(([, end]) => end)
  assert.is(ends[0]! + ends[1]!, 2)
  assert.equal(told.brokers.map(Number), [1])
})

test('hears which plugin refused its record, and why', async (cleanup) => {
  const running = await quick(cleanup, { plugins: [plugin(guardPath, { name: 'guard' })] })
  const told = await tell(
    cleanup,
    running,
    `
producer = proxy.producer("t", type="str")
try:
  producer.produce("")
  told = "it was taken"
except Exception as error:
  told = str(error)
`,
  )
  assert.match(told, /^refused by plugin 'guard': /)
})

/** They register schemas, and Blink has nothing to do with a Schema Registry. */
const needSchemaRegistry = [
  'test_produce_consume_avro',
  'test_produce_consume_jsonschema',
  'test_produce_consume_protobuf',
  'test_sr_one_version',
  'test_sr_two_versions',
]

test('passes its own tests, but for those that need a Schema Registry', async (cleanup) => {
  const { err } = await kafi(cleanup, await quick(cleanup), ['-m', 'unittest', '-v', 'test.test_kafka_restproxy.Test'])
  const failed = [...err.matchAll(/^(?:ERROR|FAIL): (\w+)/gm)].map(([, name]) => name!)
  assert.equal([...new Set(failed)].sort(), needSchemaRegistry, err.slice(-10_000))
  assert.match(err, /^Ran 49 tests/m)
})

test.run()
