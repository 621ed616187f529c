import * as assert from 'uvu/assert'
import { MISMATCHED_ENDPOINT_TYPE, NONE, UNSUPPORTED_ENDPOINT_TYPE } from '../../src/protocol/errors.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeCluster')
const unasked = -2147483648
const ofCluster = 8096

test('tells the brokers, none of them fenced', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  for (const version of [0, 1, 2]) {
    assert.equal(await broker.request(describeCluster, version, { includeFencedBrokers: true }), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      errorMessage: null,
      endpointType: 1,
      clusterId: broker.cluster.id,
      controllerId: 1,
      brokers: [1, 2].map((brokerId) => ({
        brokerId,
        host: '127.0.0.1',
        port: 9091 + brokerId,
        rack: null,
        isFenced: false,
      })),
      clusterAuthorizedOperations: unasked,
    })
  }
})

test('brokers that are down are told to who asks for them', async ({ after }) => {
  const broker = testBroker({ racks: ['x', 'y'] })
  after(broker.close)
  broker.stop(2)
  const told = async (includeFencedBrokers: boolean) => {
    const { brokers } = await broker.request(describeCluster, 2, { includeFencedBrokers })
    return brokers.map(({ brokerId, rack, isFenced }) => [brokerId, rack, isFenced])
  }
  assert.equal(await told(false), [[1, 'x', false]])
  assert.equal(await told(true), [
    [1, 'x', false],
    [2, 'y', true],
  ])
})

test('who asks is told what he may do', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const answer = await broker.request(describeCluster, 2, { includeClusterAuthorizedOperations: true })
  assert.is(answer.clusterAuthorizedOperations, ofCluster)
})

test('controllers, and whatever else there may be, are not to be found here', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const [endpointType, error] of [
    [2, MISMATCHED_ENDPOINT_TYPE],
    [0, UNSUPPORTED_ENDPOINT_TYPE],
    [3, UNSUPPORTED_ENDPOINT_TYPE],
  ] as const) {
    const asked = { endpointType, includeClusterAuthorizedOperations: true }
    const answer = await broker.request(describeCluster, 1, asked)
    assert.is(answer.errorCode, error.code)
    assert.type(answer.errorMessage, 'string')
    assert.equal([answer.clusterId, answer.controllerId, answer.brokers, answer.endpointType], ['', -1, [], 1])
    assert.is(answer.clusterAuthorizedOperations, unasked)
  }
})

test.run()
