import * as assert from 'uvu/assert'
import { type Acl, type AclFilter, matches, nameOf, operations } from '../../src/authorization/acl.ts'
import { aliceReads as acl } from '../support/acls.ts'
import { suite } from '../support/suite.ts'

const test = suite('ACL')

const any: AclFilter = {
  resourceType: 'ANY',
  resourceName: null,
  patternType: 'ANY',
  principal: null,
  host: null,
  operation: 'ANY',
  permission: 'ANY',
}

test('a filter of nothing matches it, and so does one of each of its fields; one of another value does not', () => {
  assert.ok(matches(any, acl))
  const others: Acl = {
    resourceType: 'GROUP',
    resourceName: 'order',
    patternType: 'PREFIXED',
    principal: 'User:*',
    host: '10.0.0.1',
    operation: 'WRITE',
    permission: 'DENY',
  }
  for (const field of Object.keys(acl) as (keyof Acl)[]) {
    assert.ok(matches({ ...any, [field]: acl[field] }, acl), field)
    assert.not(matches({ ...any, [field]: others[field] }, acl), field)
  }
})

test('MATCH finds whatever covers a resource, ANY only what is named so', () => {
  const wild: Acl = { ...acl, resourceName: '*' }
  const prefixed: Acl = { ...acl, resourceName: 'ord', patternType: 'PREFIXED' }
  const found = (filter: Partial<AclFilter>) =>
    [acl, wild, prefixed].map((one) => matches({ ...any, resourceName: 'orders', ...filter }, one))
  assert.equal(found({ patternType: 'MATCH' }), [true, true, true])
  assert.equal(found({ patternType: 'ANY' }), [true, false, false])
  assert.equal(found({ patternType: 'LITERAL' }), [true, false, false])
  assert.equal(found({ patternType: 'PREFIXED' }), [false, false, false])
  assert.equal(found({ patternType: 'MATCH', resourceName: 'or' }), [false, true, false])
  assert.equal(found({ patternType: 'ANY', resourceName: '*' }), [false, true, false])
  assert.equal(found({ patternType: 'MATCH', resourceName: null }), [true, true, true])
})

test('a code that is none is UNKNOWN', () => {
  assert.is(nameOf(operations, 3), 'READ')
  assert.is(nameOf(operations, 99), 'UNKNOWN')
})

test.run()
