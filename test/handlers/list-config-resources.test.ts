import * as assert from 'uvu/assert'
import { NONE, UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import { listConfigResources } from '../../src/protocol/messages/list-config-resources.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('ListConfigResources')
const [topic, node, logger, metrics, group] = [2, 4, 8, 16, 32] as const

async function list(broker: TestBroker, resourceTypes: number[], version = 1) {
  const { errorCode, configResources } = await broker.request(listConfigResources, version, { resourceTypes })
  return [errorCode, ...configResources.map((one) => `${one.resourceType} ${one.resourceName}`)]
}

test('tells every topic and broker, and the groups and subscriptions for which something is set', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  broker.cluster.groupConfigs.replace('g', new Map([['share.delivery.count.limit', '7']]))
  broker.cluster.clientMetrics.replace('s', new Map([['metrics', '*']]))
  assert.equal(await list(broker, []), [NONE.code, '2 a', '4 1', '8 1', '16 s', '32 g'])
  assert.equal(await list(broker, [group, topic]), [NONE.code, '2 a', '32 g'])
  assert.equal(await list(broker, [node, logger]), [NONE.code, '4 1', '8 1'])
  assert.equal(await list(broker, [metrics, 3]), [UNSUPPORTED_VERSION.code])
  assert.equal(await list(broker, [], 0), [NONE.code, '16 s'])
})

test.run()
