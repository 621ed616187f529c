import * as assert from 'uvu/assert'
import type { Acl, Operation, ResourceType } from '../../src/authorization/acl.ts'
import { Authorizer } from '../../src/authorization/authorizer.ts'
import { suite } from '../support/suite.ts'

const test = suite('authorizer')

/** `allow User:alice READ TOPIC orders from 10.0.0.1`; a name that ends in … is a prefix. */
function acl(text: string): Acl {
  const [permission, principal, operation, resourceType, name, , host = '*'] = text.split(' ') as string[]
  const isPrefix = name!.endsWith('…')
  return {
    resourceType: resourceType as ResourceType,
    resourceName: isPrefix ? name!.slice(0, -1) : name!,
    patternType: isPrefix ? 'PREFIXED' : 'LITERAL',
    principal: principal!,
    host,
    operation: operation as Operation,
    permission: permission === 'allow' ? 'ALLOW' : 'DENY',
  }
}

function authorizer(acls: readonly string[], options: Partial<ConstructorParameters<typeof Authorizer>[0]> = {}) {
  const made = new Authorizer({ superUsers: [], allowsIfNoAclFound: false, ...options })
  for (const one of acls) made.add(acl(one))
  return made
}

const asking = (name: string, host = '10.0.0.1') => ({ principal: { type: 'User', name }, host })

type Question = readonly [
  acls: readonly string[],
  who: string,
  operation: Operation,
  resourceType: ResourceType,
  name: string,
  isAllowed: boolean,
]

const questions: readonly Question[] = [
  [[], 'alice', 'READ', 'TOPIC', 'orders', false],
  [['allow User:alice READ TOPIC orders'], 'alice', 'READ', 'TOPIC', 'orders', true],
  [['allow User:alice READ TOPIC orders'], 'bob', 'READ', 'TOPIC', 'orders', false],
  [['allow User:alice READ TOPIC orders'], 'alice', 'WRITE', 'TOPIC', 'orders', false],
  [['allow User:alice READ TOPIC orders'], 'alice', 'READ', 'GROUP', 'orders', false],
  [['allow User:alice READ TOPIC orders'], 'alice', 'READ', 'TOPIC', 'orders2', false],
  [['allow User:* READ TOPIC orders'], 'bob', 'READ', 'TOPIC', 'orders', true],
  [['allow User:alice ALL TOPIC orders'], 'alice', 'ALTER_CONFIGS', 'TOPIC', 'orders', true],
  [['allow User:alice READ TOPIC *'], 'alice', 'READ', 'TOPIC', 'orders', true],
  [['allow User:alice READ TOPIC ord…'], 'alice', 'READ', 'TOPIC', 'orders', true],
  [['allow User:alice READ TOPIC ord…'], 'alice', 'READ', 'TOPIC', 'ord', true],
  [['allow User:alice READ TOPIC ord…'], 'alice', 'READ', 'TOPIC', 'or', false],
  [['allow User:alice READ TOPIC orders from 10.0.0.1'], 'alice', 'READ', 'TOPIC', 'orders', true],
  [['allow User:alice READ TOPIC orders from 10.0.0.2'], 'alice', 'READ', 'TOPIC', 'orders', false],
  ...(['READ', 'WRITE', 'DELETE', 'ALTER'] as const).map(
    (operation): Question => [[`allow User:alice ${operation} TOPIC t`], 'alice', 'DESCRIBE', 'TOPIC', 't', true],
  ),
  [['allow User:alice CREATE TOPIC t'], 'alice', 'DESCRIBE', 'TOPIC', 't', false],
  [['allow User:alice ALTER_CONFIGS TOPIC t'], 'alice', 'DESCRIBE_CONFIGS', 'TOPIC', 't', true],
  [['allow User:alice ALTER_CONFIGS TOPIC t'], 'alice', 'DESCRIBE', 'TOPIC', 't', false],
  [['allow User:alice ALL TOPIC t', 'deny User:alice READ TOPIC t'], 'alice', 'READ', 'TOPIC', 't', false],
  [['allow User:alice ALL TOPIC t', 'deny User:alice READ TOPIC t'], 'alice', 'DESCRIBE', 'TOPIC', 't', true],
  [['allow User:alice ALL TOPIC t', 'deny User:alice READ TOPIC *'], 'alice', 'READ', 'TOPIC', 't', false],
  [['allow User:alice ALL TOPIC topic', 'deny User:* ALL TOPIC to…'], 'alice', 'READ', 'TOPIC', 'topic', false],
  [['deny User:alice ALL TOPIC t from 10.9.9.9', 'allow User:* READ TOPIC t'], 'alice', 'READ', 'TOPIC', 't', true],
]

test('an ACL allows what it names, and a denial beats it', () => {
  for (const [acls, who, operation, resourceType, name, isAllowed] of questions) {
    const title = `${acls.join(', ')}: may ${who} ${operation} ${resourceType} ${name}?`
    assert.is(authorizer(acls).allows(asking(who), operation, resourceType, name), isAllowed, title)
  }
})

test('a super user may everything, whatever is denied', () => {
  const made = authorizer(['deny User:admin ALL TOPIC *'], { superUsers: ['User:admin'] })
  assert.ok(made.allows(asking('admin'), 'READ', 'TOPIC', 't'))
  assert.ok(made.allowsSome(asking('admin'), 'READ', 'TOPIC'))
  assert.not(made.allows(asking('other'), 'READ', 'TOPIC', 't'))
})

test('where no ACL speaks of a resource settings decide, even if one speaks of it for somebody else', () => {
  const made = authorizer(['allow User:alice READ TOPIC t'], { allowsIfNoAclFound: true })
  assert.ok(made.allows(asking('bob'), 'READ', 'TOPIC', 'other'))
  assert.not(made.allows(asking('bob'), 'READ', 'TOPIC', 't'))
})

type SomeQuestion = readonly [acls: readonly string[], isAllowed: boolean]
const someQuestions: readonly SomeQuestion[] = [
  [[], false],
  [['allow User:alice WRITE TOPIC t'], true],
  [['allow User:bob WRITE TOPIC t'], false],
  [['allow User:alice READ TOPIC t'], false],
  [['allow User:alice WRITE TOPIC t', 'deny User:alice WRITE TOPIC t'], false],
  [['allow User:alice WRITE TOPIC topic', 'deny User:* ALL TOPIC to…'], false],
  [['allow User:alice WRITE TOPIC t…', 'deny User:* ALL TOPIC t'], true],
  [['allow User:alice WRITE TOPIC t…', 'deny User:* ALL TOPIC t…'], false],
  [['allow User:alice WRITE TOPIC *', 'deny User:* ALL TOPIC t'], true],
  [['allow User:alice WRITE TOPIC t', 'deny User:* ALL TOPIC *'], false],
  [['allow User:alice WRITE TOPIC t from 10.9.9.9'], false],
]

test('whether there is any topic to which one may write', () => {
  for (const [acls, isAllowed] of someQuestions) {
    assert.is(authorizer(acls).allowsSome(asking('alice'), 'WRITE', 'TOPIC'), isAllowed, acls.join(', '))
  }
  assert.ok(authorizer([], { allowsIfNoAclFound: true }).allowsSome(asking('alice'), 'WRITE', 'TOPIC'))
})

test('an ACL is there once, and gone when it is removed', () => {
  const one = acl('allow User:alice READ TOPIC t')
  const made = authorizer([])
  made.add(one)
  made.add({ ...one })
  made.add({ ...one, operation: 'WRITE' })
  assert.is([...made.all()].length, 2)
  made.remove({ ...one })
  made.remove({ ...one })
  assert.is([...made.all()].length, 1)
  assert.not(made.allows(asking('alice'), 'READ', 'TOPIC', 't'))
  assert.ok(made.allows(asking('alice'), 'WRITE', 'TOPIC', 't'))
})

test.run()
