import * as assert from 'uvu/assert'
import { hangUp } from '../../src/handlers/handler.ts'
import { CLUSTER_AUTHORIZATION_FAILED, INVALID_REQUEST, NONE, SECURITY_DISABLED } from '../../src/protocol/errors.ts'
import { deleteAcls } from '../../src/protocol/messages/delete-acls.ts'
import { testBroker } from '../support/broker.ts'
import { admin, aliceReads as acl, authorizing } from '../support/acls.ts'
import { suite } from '../support/suite.ts'

const test = suite('DeleteAcls')

const all = {
  ...{ resourceTypeFilter: 1, resourceNameFilter: null as string | null, patternTypeFilter: 1, principalFilter: null },
  ...{ hostFilter: null, operation: 1, permissionType: 1 },
}

test('what filters match is gone, and told by each of them', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const authorizer = broker.cluster.authorizer!
  for (let version = 1; version <= 3; version++) {
    authorizer.replace([acl, { ...acl, resourceName: 'other' }])
    const filters = [
      { ...all, resourceNameFilter: 'orders' },
      { ...all, resourceNameFilter: 'orders', operation: 3 },
      { ...all, operation: 4 },
    ]
    const { filterResults } = await broker.request(deleteAcls, version, { filters }, admin)
    const noError = { errorCode: NONE.code, errorMessage: null }
    const told = {
      ...{ ...noError, resourceType: 2, resourceName: 'orders', patternType: 3, principal: 'User:alice' },
      ...{ host: '*', operation: 3, permissionType: 3 },
    }
    assert.equal(
      filterResults,
      [[told], [told], []].map((matchingAcls) => ({ ...noError, matchingAcls })),
    )
    assert.equal([...authorizer.all()], [{ ...acl, resourceName: 'other' }])
  }
})

test('a filter of an unknown code is refused by itself; what calls itself unknown closes the connection', async ({
  after,
}) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const filters = [{ ...all, patternTypeFilter: 99 }, { ...all, operation: 99 }, all]
  const { filterResults } = await broker.request(deleteAcls, 3, { filters }, admin)
  const codes = filterResults.map(({ errorCode }) => errorCode)
  assert.equal(codes, [INVALID_REQUEST.code, INVALID_REQUEST.code, NONE.code])
  assert.is(await broker.serve(deleteAcls, 3, { filters: [{ ...all, operation: 0 }] }, admin), hangUp)
})

test('who may not alter the cluster removes none, and without an authorizer nobody does', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  broker.cluster.authorizer!.add(acl)
  const denied = await broker.request(deleteAcls, 3, { filters: [all, all] })
  assert.equal(
    denied.filterResults.map(({ errorCode }) => errorCode),
    [CLUSTER_AUTHORIZATION_FAILED.code, CLUSTER_AUTHORIZATION_FAILED.code],
  )
  assert.is([...broker.cluster.authorizer!.all()].length, 1)
  const open = testBroker()
  after(open.close)
  const disabled = await open.request(deleteAcls, 3, { filters: [all] })
  assert.is(disabled.filterResults[0]?.errorCode, SECURITY_DISABLED.code)
})

test.run()
