import * as assert from 'uvu/assert'
import { clientOf, produced } from '../support/client.ts'
import { terminal } from '../support/commands.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('blink topics')

async function opened(cleanup: Cleanup) {
  const { brokers } = await start(cleanup, { restPort: null, brokerPorts: [0, 0] })
  return { ...terminal(cleanup, { brokers }), client: clientOf(cleanup, brokers) }
}

test('topics are created, listed, described, grown and deleted', async (cleanup) => {
  const { blink, out, client } = await opened(cleanup)
  assert.equal((await blink('topics', 'list')).told, ['no topics'])
  const created = await blink('topics', 'create', 'a', 'b', '-p', '3', '-c', 'retention.ms=60000')
  assert.equal(created.told, ['created a, 3 partitions', 'created b, 3 partitions'])
  await produced(client, 'a', ['x', 'y'], 1)
  assert.is(
    await out('topics', 'list'),
    [
      'topic  partitions  replicas  records',
      'a               3         1        2',
      'b               3         1        0',
      '',
    ].join('\n'),
  )
  assert.equal((await blink('topics', 'grow', 'a', '4')).told, ['a has 4 partitions'])
  const lines = (await out('topics', 'describe', 'a')).split('\n')
  assert.match(lines[0]!, /^a {2}\S{22}$/)
  assert.is(lines[1], '  retention.ms = 60000')
  assert.match(lines[2]!, /^partition +leader +start +end +records +replicas +in sync$/)
  assert.match(lines[4]!, /^ +1 +[12] +0 +2 +2 +[12] +[12]$/)
  assert.equal((await blink('topics', 'delete', 'a', 'b')).told, ['deleted a', 'deleted b'])
  assert.is(await out('topics', 'list', '--json'), '')
})

test('for programs each topic is a line of JSON', async (cleanup) => {
  const { out } = await opened(cleanup)
  await out('topics', 'create', 'a', '-c', 'cleanup.policy=compact')
  const [listed] = (await out('topics', 'list', '--json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(listed, { topic: 'a', partitions: 1, replicas: 1, records: 0, is_internal: false })
  const described = JSON.parse(await out('topics', 'describe', 'a', '--json'))
  assert.equal(described.configs, { 'cleanup.policy': 'compact' })
  assert.is(described.partitions[0].end_offset, 0)
})

test('configs are shown where they differ, set, and set back', async (cleanup) => {
  const { blink, out } = await opened(cleanup)
  await blink('topics', 'create', 'a')
  assert.match((await blink('topics', 'configs', 'a')).told[0]!, /^a has no configs of its own; --all shows/)
  assert.match(await out('topics', 'configs', 'a', '--set', 'retention.ms=5'), /^retention\.ms +5 +topic$/m)
  assert.match(await out('topics', 'configs', 'a', '--unset', 'retention.ms'), /^retention\.ms +\d+ +(default|broker)/m)
  assert.ok((await out('topics', 'configs', 'a', '--all')).split('\n').length > 10)
})

test('what is there or is not, may be none of a mistake', async (cleanup) => {
  const { blink } = await opened(cleanup)
  await blink('topics', 'create', 'a')
  const again = await blink('topics', 'create', 'a')
  assert.is(again.code, 1)
  assert.match(again.told[0]!, /^blink: topic a: TOPIC_ALREADY_EXISTS: /)
  assert.equal((await blink('topics', 'create', 'a', '--if-not-exists')).code, 0)
  assert.is((await blink('topics', 'delete', 'b')).code, 1)
  assert.equal((await blink('topics', 'delete', 'b', '--if-exists')).told, ['b was not there'])
  assert.is((await blink('topics', 'grow', 'a', 'x')).code, 2)
  assert.is((await blink('topics', 'create', 'a', '-p', '0')).code, 2)
  assert.match((await blink('topics', 'describe', 'b')).told[0]!, /^blink: there is no topic b; /)
})

test.run()
