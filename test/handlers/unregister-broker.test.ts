import * as assert from 'uvu/assert'
import { BROKER_ID_NOT_REGISTERED, NONE } from '../../src/protocol/errors.ts'
import { unregisterBroker } from '../../src/protocol/messages/unregister-broker.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('UnregisterBroker')

test('only a broker that is registered can be forgotten, be it down or not', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  broker.stop(2)
  const forget = async (brokerId: number) => (await broker.request(unregisterBroker, 0, { brokerId })).errorCode
  assert.equal([await forget(2), await forget(7)], [NONE.code, BROKER_ID_NOT_REGISTERED.code])
})

test.run()
