import * as assert from 'uvu/assert'
import { INVALID_REQUEST, NONE, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { describeClientQuotas } from '../../src/protocol/messages/describe-client-quotas.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeClientQuotas')

const [exact, byDefault, specified] = [0, 1, 2]
type Asked = readonly [entityType: string, matchType: number, match?: string]

function quotas(...entities: readonly Readonly<Record<string, string | null>>[]) {
  const broker = testBroker()
  for (const [at, entity] of entities.entries()) {
    broker.cluster.quotas.set(new Map(Object.entries(entity)), new Map([['producer_byte_rate', at + 1]]))
  }
  const ask = async (strict: boolean, ...asked: readonly Asked[]) => {
    const components = asked.map(([entityType, matchType, match = null]) => ({ entityType, matchType, match }))
    return broker.request(describeClientQuotas, 1, { components, strict })
  }
  const found = async (strict: boolean, ...asked: readonly Asked[]) =>
    (await ask(strict, ...asked)).entries!.map(({ values }) => values[0]!.value)
  return { broker, ask, found }
}

test('a filter finds entities by their parts', async ({ after }) => {
  const { broker, found } = quotas(
    { user: 'u' },
    { user: 'u', 'client-id': 'c' },
    { user: 'u', 'client-id': null },
    { user: null },
    { 'client-id': 'c' },
    { ip: '10.0.0.1' },
  )
  after(broker.close)
  assert.equal(await found(false), [1, 2, 3, 4, 5, 6])
  assert.equal(await found(false, ['user', exact, 'u']), [1, 2, 3])
  assert.equal(await found(true, ['user', exact, 'u']), [1])
  assert.equal(await found(false, ['user', specified]), [1, 2, 3, 4])
  assert.equal(await found(false, ['user', byDefault]), [4])
  assert.equal(await found(true, ['user', exact, 'u'], ['client-id', specified]), [2, 3])
  assert.equal(await found(true, ['user', exact, 'u'], ['client-id', byDefault]), [3])
  assert.equal(await found(false, ['ip', specified]), [6])
  assert.equal(await found(false, ['user', exact, 'nobody']), [])
})

test('every version tells entities and values', async ({ after }) => {
  const { broker } = quotas({ user: 'u', 'client-id': null })
  after(broker.close)
  for (const version of [0, 1]) {
    assert.equal(await broker.request(describeClientQuotas, version, {}), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      errorMessage: '',
      entries: [
        {
          entity: [
            { entityType: 'user', entityName: 'u' },
            { entityType: 'client-id', entityName: null },
          ],
          values: [{ key: 'producer_byte_rate', value: 1 }],
        },
      ],
    })
  }
})

test('filters that make no sense', async ({ after }) => {
  const { broker, ask } = quotas({ user: 'u' })
  after(broker.close)
  const wrong: readonly (readonly [asked: readonly Asked[], code: number])[] = [
    [[['', exact, 'u']], INVALID_REQUEST.code],
    [[['group', exact, 'u']], UNSUPPORTED_VERSION.code],
    [[['user', exact]], INVALID_REQUEST.code],
    [[['user', byDefault, 'u']], INVALID_REQUEST.code],
    [[['user', 3, 'u']], INVALID_REQUEST.code],
    [[['user', exact, 'u'], ['user', byDefault]], INVALID_REQUEST.code], // biome-ignore format: a table
    [
      [
        ['user', exact, 'u'],
        ['ip', specified],
      ],
      INVALID_REQUEST.code,
    ],
  ]
  for (const [asked, code] of wrong) {
    const { errorCode, entries } = await ask(false, ...asked)
    assert.equal([errorCode, entries], [code, null], JSON.stringify(asked))
  }
})

test.run()
