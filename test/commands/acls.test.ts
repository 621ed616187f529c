import * as assert from 'uvu/assert'
import { terminal } from '../support/commands.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('blink acls')

async function opened(cleanup: Cleanup, hasAuthorizer = true) {
  const { brokers } = await start(cleanup, { restPort: null, hasAuthorizer, superUsers: ['User:ANONYMOUS'] })
  return terminal(cleanup, { brokers })
}

test('ACLs are added, listed by what they are about, and removed', async (cleanup) => {
  const { out, blink } = await opened(cleanup)
  await out('acls', 'add', 'User:alice', 'topic:orders', 'read', 'write')
  await out('acls', 'add', 'User:alice', 'cluster', 'idempotent-write', '--host', '10.0.0.1')
  await out('acls', 'add', 'User:bob', 'transactional-id:shop:1', 'all', '--prefixed', '--deny')
  const lines = (text: string) => text.trim().split('\n').slice(1)
  assert.equal(lines(await out('acls', 'list')), [
    'User:alice  idempotent-write  cluster                   10.0.0.1',
    'User:alice  read              topic:orders              anywhere',
    'User:alice  write             topic:orders              anywhere',
    'User:bob    not all           transactional-id:shop:1…  anywhere',
  ])
  assert.is(lines(await out('acls', 'list', '--principal', 'User:alice')).length, 3)
  assert.is(lines(await out('acls', 'list', '--resource', 'topic', '--operation', 'read')).length, 1)
  assert.is(lines(await out('acls', 'list', '--host', '10.0.0.1')).length, 1)
  const removed = await blink('acls', 'remove', '--resource', 'topic:orders', '--operation', 'write')
  assert.equal(removed.told, ['removed 1 ACL'])
  assert.equal((await blink('acls', 'remove', '--all')).told, ['removed 3 ACLs'])
  assert.equal((await blink('acls', 'list')).told, ['no ACLs'])
})

test('for programs each ACL is a line in the words of Kafka', async (cleanup) => {
  const { out } = await opened(cleanup)
  const added = await out('acls', 'add', 'User:alice', 'group:g', 'read', '--json')
  assert.is(await out('acls', 'list', '--json'), added)
  assert.equal(JSON.parse(added), {
    resource_type: 'GROUP',
    resource_name: 'g',
    pattern_type: 'LITERAL',
    principal: 'User:alice',
    host: '*',
    operation: 'READ',
    permission: 'ALLOW',
  })
})

for (const [words, told] of [
  [['add', 'User:a', 'table:t', 'read'], /Use topic:orders, group:billing/],
  [['add', 'User:a', 'topic:t', 'eat'], /Allowed choices are all, read, write/],
  [['add', 'User:a', 'topic', 'read'], /^blink: which topic\? write topic:name, or topic:\*$/],
  [['remove'], /^blink: which\? say --principal/],
] as const) {
  test(`${words.join(' ')} is a mistake that says what to write`, async (cleanup) => {
    const said = await (await opened(cleanup)).blink('acls', ...words)
    assert.is(said.code, 2)
    assert.match(said.told.join('\n'), told)
  })
}

test('what the broker refuses is told in a line', async (cleanup) => {
  const { blink } = await opened(cleanup)
  const refused = await blink('acls', 'add', 'alice', 'topic:t', 'read')
  assert.is(refused.code, 1)
  assert.match(refused.told[0]!, /^blink: ACLs: INVALID_REQUEST: /)
})

test('a broker without an authorizer is said to have none', async (cleanup) => {
  const { blink } = await opened(cleanup, false)
  const refused = await blink('acls', 'list')
  assert.is(refused.code, 1)
  assert.match(refused.told[0]!, /^blink: this broker has no ACLs: authorizer: true/)
})

test.run()
