/** Topics of v3, beyond the published examples: what is refused, and how. */
import * as assert from 'uvu/assert'
import { topicOf } from '../../support/produced.ts'
import { restProxy } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('topics of v3')

const topics = '/v3/clusters/cluster-1/topics'

test('a topic that is made says where it is', async () => {
  const { ask, cluster } = restProxy()
  const { headers } = await ask('POST', topics, { topic_name: 'a b'.replace(' ', '.'), partitions_count: 2 })
  assert.is(headers.get('location'), `http://localhost${topics}/a.b`)
  assert.is(cluster.topics.get('a.b')!.partitions.length, 2)
})

test('a trial makes nothing', async () => {
  const { ask, cluster } = restProxy()
  await ask('POST', topics, { topic_name: 't', validate_only: true })
  assert.is(cluster.topics.get('t'), undefined)
})

test('what may be done to a topic is told to who asks', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't')
  const asked = await proxy.ask('GET', `${topics}/t?include_authorized_operations=true`)
  const all = ['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS']
  assert.equal(asked.json.authorized_operations, all)
})

test('Kafka’s own topics are not listed', async () => {
  const proxy = restProxy()
  topicOf(proxy, '__consumer_offsets')
  assert.equal((await proxy.ask('GET', topics)).json.data, [])
  assert.is((await proxy.ask('GET', `${topics}/__consumer_offsets`)).json.is_internal, true)
})

type Wrong = readonly [method: string, path: string, body: unknown, status: number, code: number, message: RegExp]
const wrong: readonly Wrong[] = [
  ['POST', '', undefined, 422, 42206, /Data is required/],
  ['POST', '', 'foobar', 400, 400, /not JSON/],
  ['POST', '', {}, 400, 400, /topic_name is missing/],
  ['POST', '', { topic_name: 'a/b' }, 422, 42206, /Invalid topic name/],
  ['POST', '', { topic_name: 'x', partitions_count: 'A' }, 400, 400, /partitions_count is "A"; use a whole number/],
  ['POST', '', { topic_name: 'x', partitions_count: 0 }, 400, 40002, /partition/],
  ['POST', '', { topic_name: 'x', replication_factor: 2 }, 400, 40002, /2 replicas need as many brokers/],
  ['POST', '', { topic_name: 'x', configs: [{ name: 'nope', value: '1' }] }, 400, 40002, /nope/],
  ['POST', '', { topic_name: 'x', replicas_assignments: { one: [1] } }, 400, 400, /replicas_assignments.one/],
  ['POST', '', { topic_name: 'x', replicas_assignments: [1] }, 400, 400, /replicas_assignments is \[1\]/],
  ['POST', '', { name: 'x' }, 422, 422, /Unrecognized field: name/],
  ['PATCH', '/t', undefined, 422, 42206, /Partitions_count is required/],
  ['PATCH', '/t', { partitions_count: 1 }, 400, 40002, /already has 1/],
  ['PATCH', '/gone', { partitions_count: 2 }, 404, 40403, /does not host/],
  ['DELETE', '/gone', undefined, 404, 40403, /does not host/],
  ['GET', '/t?include_authorized_operations=perhaps', undefined, 400, 400, /use true or false/],
  ['GET', '/t/partitions/5', undefined, 404, 404, /Not Found/],
  ['GET', '/t/partitions/5/offset', undefined, 404, 40402, /Partition not found/],
  ['GET', '/t/partitions/0/offset?offset_type=max', undefined, 400, 400, /offset_type:max is invalid/],
  ['GET', '/t/partitions/0/reassignment', undefined, 404, 404, /Not Found/],
  ['GET', '/gone/partitions/-/reassignment', undefined, 404, 40403, /does not host/],
  ['GET', '/t/partitions/0/replicas/2', undefined, 404, 404, /Not Found/],
]

for (const [method, path, body, status, code, message] of wrong) {
  test(`${method} ${path} with ${JSON.stringify(body)} is ${code}`, async () => {
    const proxy = restProxy()
    topicOf(proxy, 't')
    const answered = await proxy.ask(method, `${topics}${path}`, body)
    assert.equal([answered.status, answered.json.error_code], [status, code], answered.text)
    assert.match(answered.json.message, message)
    assert.equal(
      [...proxy.cluster.topics.all()].map(({ name, partitions }) => [name, partitions.length]),
      [['t', 1]],
    )
  })
}

test.run()
