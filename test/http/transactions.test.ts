/** Transactions over HTTP. */
import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('transactions over HTTP')

test('a transaction under way is shown with what it has reached', async () => {
  const { get, cluster } = testHttp()
  const { producerId, producerEpoch } = cluster.transactions.initialize('shop', 60_000, null)
  const idle = (await get('/transactions/shop')).json
  assert.equal([idle.state, idle.started_ms, idle.partitions], ['Empty', null, []])
  cluster.transactions.addPartitions('shop', { producerId, producerEpoch }, [{ topic: 't', partition: 1 }])
  const { json } = await get('/transactions')
  const shown = {
    transactional_id: 'shop',
    state: 'Ongoing',
    producer_id: producerId,
    producer_epoch: producerEpoch,
    coordinator: 1,
    timeout_ms: 60_000,
    started_ms: startMs,
    updated_ms: startMs,
    partitions: [{ topic: 't', partition: 1 }],
  }
  assert.equal(json, { transactions: [shown] })
  assert.equal((await get('/transactions/shop')).json, shown)
})

test('an id that is not there is refused', async () => {
  const { status, json } = await testHttp().get('/transactions/x')
  assert.equal([status, json.error.code], [404, 'TRANSACTIONAL_ID_NOT_FOUND'])
  assert.match(json.error.message, /^there is no transactional id "x"; GET \/transactions lists all$/)
})

test.run()
