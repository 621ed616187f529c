import * as assert from 'uvu/assert'
import { hangUp } from '../../src/handlers/handler.ts'
import { CLUSTER_AUTHORIZATION_FAILED, NONE, SECURITY_DISABLED } from '../../src/protocol/errors.ts'
import { describeAcls } from '../../src/protocol/messages/describe-acls.ts'
import { testBroker } from '../support/broker.ts'
import { admin, aliceReads as acl, authorizing } from '../support/acls.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeAcls')

const all = { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 }

test('ACLs of one resource stand together', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  const { authorizer } = broker.cluster
  authorizer!.add(acl)
  authorizer!.add({ ...acl, resourceName: 'ord', patternType: 'PREFIXED' })
  authorizer!.add({ ...acl, operation: 'WRITE' })
  const [read, write] = [3, 4].map((operation) => ({
    ...{ principal: 'User:alice', host: '*', operation, permissionType: 3 },
  }))
  for (let version = 1; version <= 3; version++) {
    assert.equal(await broker.request(describeAcls, version, all, admin), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      errorMessage: '',
      resources: [
        { resourceType: 2, resourceName: 'orders', patternType: 3, acls: [read, write] },
        { resourceType: 2, resourceName: 'ord', patternType: 4, acls: [read] },
      ],
    })
  }
  const groups = await broker.request(describeAcls, 3, { ...all, resourceTypeFilter: 3 }, admin)
  assert.equal(groups.resources, [])
})

test('who may not describe the cluster sees none, and without an authorizer nobody does', async ({ after }) => {
  const broker = testBroker(authorizing)
  after(broker.close)
  assert.is((await broker.request(describeAcls, 3, all)).errorCode, CLUSTER_AUTHORIZATION_FAILED.code)
  assert.is(await broker.serve(describeAcls, 3, { ...all, operation: 0 }, admin), hangUp)
  const open = testBroker()
  after(open.close)
  assert.is((await open.request(describeAcls, 3, all)).errorCode, SECURITY_DISABLED.code)
})

test.run()
