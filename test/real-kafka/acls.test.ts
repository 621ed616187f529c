/** `blink acls` at an Apache Kafka that asks ACLs: `npm test -- real-kafka`. Skipped where it cannot be had. */
import * as assert from 'uvu/assert'
import { start } from '../bench/brokers/broker.ts'
import { authorizingKafka as kafka } from '../bench/brokers/kafka.ts'
import { terminal } from '../support/commands.ts'
import { until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const missing = await kafka.prepare().then(
  () => null,
  (error: Error) => `Apache Kafka cannot be had here: ${error.message}`,
)
const test = suite('ACLs at Apache Kafka', 90, missing)

test('ACLs are added, listed and removed', async (cleanup) => {
  const running = await start(kafka)
  cleanup.after(() => running.stop())
  const { blink, out } = terminal(cleanup, { brokers: [`127.0.0.1:${running.port}`] })
  const added = await out('acls', 'add', 'User:alice', 'topic:app-', 'read', 'write', '--prefixed')
  // It tells of them once they have come by its log of metadata.
  await until('both to be there', async () => (await out('acls', 'list')) === added)
  assert.match(added, /^User:alice {2}read +topic:app-… {2}anywhere$/m)
  assert.is((await out('acls', 'list', '--operation', 'write', '--json')).split('\n').length, 2)
  assert.match((await blink('acls', 'add', 'alice', 'topic:t', 'read')).told[0]!, /^blink: ACLs: \w+: /)
  const removed = await blink('acls', 'remove', '--principal', 'User:alice')
  assert.equal(removed.told, ['removed 2 ACLs'])
  await until('none to be left', async () => (await blink('acls', 'list')).told[0] === 'no ACLs')
})

test.run()
