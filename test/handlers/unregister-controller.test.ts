import * as assert from 'uvu/assert'
import { CONTROLLER_ID_NOT_REGISTERED, INVALID_REQUEST } from '../../src/protocol/errors.ts'
import { unregisterController } from '../../src/protocol/messages/unregister-controller.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('UnregisterController')

test('the active controller cannot be forgotten, and there is no other', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const forget = async (controllerId: number) =>
    (await broker.request(unregisterController, 0, { controllerId })).errorCode
  assert.equal([await forget(1), await forget(2)], [INVALID_REQUEST.code, CONTROLLER_ID_NOT_REGISTERED.code])
})

test.run()
