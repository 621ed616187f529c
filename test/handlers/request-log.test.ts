import * as assert from 'uvu/assert'
import { hangUp } from '../../src/handlers/handler.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { RequestLog } from '../../src/handlers/request-log.ts'
import { startMs, testBroker } from '../support/broker.ts'
import { faultOf } from '../support/faults.ts'
import { batchOf, produceRequest, produceTo, topicOf } from '../support/produced.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('request log')

function broker({ after }: Cleanup, requestsKept = 10) {
  const made = testBroker({ settings: { requestsKept } })
  after(made.close)
  return made
}

test('a request is kept as it was decoded, but for its bytes', async (cleanup) => {
  const made = broker(cleanup)
  topicOf(made, 'a')
  const records = batchOf(['x'])
  await produceTo(made, 'a', records)
  const [kept] = made.requests.list()
  const { request, bytes, ...facts } = kept!
  assert.equal(facts, {
    id: 1,
    atMs: startMs,
    api: 'Produce',
    version: 12,
    client: 'test',
    broker: 1,
    peer: '127.0.0.1',
    durationMs: 0,
    errors: [],
    outcome: 'answered',
    fault: null,
  })
  assert.ok(bytes > records.length)
  assert.is(JSON.parse(JSON.stringify(request)).topicData[0].partitionData[0].records, `<${records.length} bytes>`)
})

test('it tells the errors of the answer, and the fault that struck', async (cleanup) => {
  const made = broker(cleanup)
  await made.request(heartbeat, 4, { groupId: 'g' })
  made.faults.add(faultOf({ name: 'busy', api: 'Heartbeat', error: 14 }))
  await made.request(heartbeat, 4, { groupId: 'g' })
  made.faults.clear()
  made.faults.add(faultOf({ name: 'cut', silence: 'before' }))
  await made.serve(heartbeat, 4, { groupId: 'g' })
  const told = made.requests.list().map(({ errors, fault, outcome }) => [errors, fault, outcome])
  assert.equal(told, [
    [['UNKNOWN_MEMBER_ID'], null, 'answered'],
    [['COORDINATOR_LOAD_IN_PROGRESS'], 'busy', 'answered'],
    [[], 'cut', 'silent'],
  ])
})

test('who wants no answer is silent, or hung up on', async (cleanup) => {
  const made = broker(cleanup)
  topicOf(made, 'a')
  await made.serve(produce, 12, produceRequest('a', batchOf(['x']), { acks: 0 }))
  assert.is(await made.serve(produce, 12, produceRequest('b', batchOf(['x']), { acks: 0 })), hangUp)
  assert.equal(
    made.requests.list().map(({ outcome }) => outcome),
    ['silent', 'closed'],
  )
})

test('only the last are kept, and those that are asked for listed', async (cleanup) => {
  const made = broker(cleanup, 3)
  for (let at = 0; at < 10; at++) await made.request(apiVersions, 2, {}, { clientId: `c-${at}` })
  await made.request(heartbeat, 4, { groupId: 'g' }, { clientId: 'other' })
  const ids = (filter = {}) => made.requests.list(filter).map(({ id }) => id)
  assert.equal(ids(), [9, 10, 11])
  assert.equal(ids({ api: 'heartbeat' }), [11])
  assert.equal(ids({ api: ['Heartbeat', 'ApiVersions'], client: 'c-*' }), [9, 10])
  assert.equal(ids({ errors: true }), [11])
  assert.equal(ids({ errors: false, after: 9 }), [10])
  assert.equal(ids({ broker: 2 }), [])
  made.requests.clear()
  assert.equal(ids(), [])
})

test('it costs nothing until somebody follows it', async (cleanup) => {
  const made = broker(cleanup, 0)
  await made.request(apiVersions, 2, {})
  assert.is(made.requests.isOn, false)
  const seen: string[] = []
  const end = made.requests.follow(({ api }) => seen.push(api))
  await made.request(apiVersions, 2, {})
  end()
  await made.request(apiVersions, 2, {})
  assert.equal(seen, ['ApiVersions'])
  assert.is(made.requests.isOn, false)
  assert.equal(made.requests.list(), [])
})

test('a long list is cut, a long message kept small', () => {
  const log = new RequestLog(1, () => 0)
  const asked = { atMs: 0, api: 'x', version: 0, client: null, broker: 1, peer: '', bytes: 0 }
  log.begin(asked, { names: Array.from({ length: 103 }, (_, at) => at) }).end('answered')
  const { names } = log.list()[0]!.request as { names: unknown[] }
  assert.equal([names.length, names.at(-1)], [101, '… 3 more'])
})

test.run()
