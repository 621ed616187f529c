import * as assert from 'uvu/assert'
import { INVALID_REQUEST, NONE } from '../../src/protocol/errors.ts'
import { alterClientQuotas } from '../../src/protocol/messages/alter-client-quotas.ts'
import { testBroker, type TestBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('AlterClientQuotas')

type Op = { key: string; value: number; remove: boolean }
const rate = (value: number, remove = false): Op => ({ key: 'producer_byte_rate', value, remove })
const user = (entityName: string | null) => [{ entityType: 'user', entityName }]

function values({ cluster }: TestBroker) {
  return [...cluster.quotas.all()].map(({ entity, values }) => [entity.get('user'), Object.fromEntries(values)])
}

test('a quota is set, changed and removed, and the last one takes its entity along', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const version of [0, 1]) {
    const ask = async (...ops: Op[]) => {
      const { entries } = await broker.request(alterClientQuotas, version, { entries: [{ entity: user('u'), ops }] })
      assert.equal(entries, [{ errorCode: NONE.code, errorMessage: null, entity: user('u') }])
    }
    await ask(rate(1000), { key: 'request_percentage', value: 0.5, remove: false })
    assert.equal(values(broker), [['u', { producer_byte_rate: 1000, request_percentage: 0.5 }]])
    await ask(rate(0, true), { key: 'request_percentage', value: 7, remove: false })
    assert.equal(values(broker), [['u', { request_percentage: 7 }]])
    await ask({ key: 'request_percentage', value: 0, remove: true })
    assert.not(broker.cluster.quotas.isOn)
  }
})

test('what is wrong with one entity leaves the others alone; of one named twice the first holds', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const entries = [
    { entity: user('u'), ops: [rate(1000), { key: 'nothing', value: 1, remove: false }] },
    { entity: user(null), ops: [rate(1000)] },
    { entity: user('twice'), ops: [rate(1000)] },
    { entity: user('twice'), ops: [rate(2000)] },
    { entity: user('v'), ops: [rate(1000), rate(2000)] },
    { entity: [], ops: [rate(1000)] },
    { entity: user('w'), ops: [rate(Number.NaN)] },
  ]
  const answer = await broker.request(alterClientQuotas, 1, { entries })
  const wrong = INVALID_REQUEST.code
  assert.equal(
    answer.entries.map(({ errorCode }) => errorCode),
    [wrong, NONE.code, wrong, wrong, wrong, wrong],
  )
  const holds = { producer_byte_rate: 1000 }
  assert.equal(values(broker), [
    [null, holds],
    ['twice', holds],
  ])
})

test('what is only looked at is not set', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const entries = [{ entity: user('u'), ops: [rate(1000)] }]
  const answer = await broker.request(alterClientQuotas, 1, { entries, validateOnly: true })
  assert.is(answer.entries[0]?.errorCode, NONE.code)
  assert.equal(values(broker), [])
})

test.run()
