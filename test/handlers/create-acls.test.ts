import * as assert from 'uvu/assert'
import {
  CLUSTER_AUTHORIZATION_FAILED,
  INVALID_REQUEST,
  NONE,
  SECURITY_DISABLED,
  UNKNOWN_SERVER_ERROR,
} from '../../src/protocol/errors.ts'
import { hangUp } from '../../src/handlers/handler.ts'
import { createAcls } from '../../src/protocol/messages/create-acls.ts'
import { testBroker } from '../support/broker.ts'
import { admin, aliceReads, authorizing } from '../support/acls.ts'
import { suite } from '../support/suite.ts'

const test = suite('CreateAcls')

const readOrders = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:alice',
  host: '*',
  operation: 3,
  permissionType: 3,
}

test('an ACL holds from the answer on, and is there once however often it is made', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  for (let version = 1; version <= 3; version++) {
    const { results } = await broker.request(createAcls, version, { creations: [readOrders, readOrders] }, admin)
    assert.equal(results, Array(2).fill({ errorCode: NONE.code, errorMessage: '' }))
  }
  assert.equal([...broker.cluster.authorizer!.all()], [aliceReads])
})

test('each ACL is refused by itself', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const wrong = [
    { ...readOrders, resourceName: '' },
    { ...readOrders, resourceType: 4 },
    { ...readOrders, resourceType: 99 },
    { ...readOrders, resourcePatternType: 99 },
    { ...readOrders, operation: 99 },
    { ...readOrders, permissionType: 99 },
    { ...readOrders, principal: 'alice' },
    { ...readOrders, host: '' },
  ]
  const { results } = await broker.request(createAcls, 3, { creations: [...wrong, readOrders] }, admin)
  const codes = results.map(({ errorCode }) => errorCode)
  assert.equal(codes, [...wrong.map(() => INVALID_REQUEST.code), NONE.code])
})

test('what only filters can ask for fails as a whole; what calls itself unknown closes the connection', async ({
  after,
}) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const creations = [readOrders, { ...readOrders, operation: 1 }]
  const { results } = await broker.request(createAcls, 3, { creations }, admin)
  const failed = { errorCode: UNKNOWN_SERVER_ERROR.code, errorMessage: null }
  assert.equal(results, [failed, failed])
  const unknown = { creations: [{ ...readOrders, operation: 0 }] }
  assert.is(await broker.serve(createAcls, 3, unknown, admin), hangUp)
  assert.equal([...broker.cluster.authorizer!.all()], [])
})

test('who may not alter the cluster makes none, and without an authorizer nobody does', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const denied = await broker.request(createAcls, 3, { creations: [readOrders] })
  assert.is(denied.results[0]?.errorCode, CLUSTER_AUTHORIZATION_FAILED.code)
  const open = testBroker()
  after(open.close)
  const disabled = await open.request(createAcls, 3, { creations: [readOrders] })
  assert.is(disabled.results[0]?.errorCode, SECURITY_DISABLED.code)
})

test.run()
