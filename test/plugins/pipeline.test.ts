import * as assert from 'uvu/assert'
import type { PluginHost } from '../../src/plugins/host.ts'
import { chaos, component, noop, pluginModule } from '../support/components.ts'
import { batchOf, counted, sender, startHost, type TestRecord } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin pipeline', 10)

async function judgedBy(host: PluginHost, records: readonly TestRecord[]): Promise<readonly string[]> {
  const { batch, section } = batchOf(records)
  const { refusals } = await host.judge('t', 0, batch, section, sender)
  return refusals.map(({ index, plugin, onReject }) => `${index} ${plugin} ${onReject}`)
}

/** Refuses what `chaos` accepts. */
const contrary = () =>
  component(pluginModule({ onRecord: '(i32.eq (i32.load8_u (local.get $value)) (i32.const 110))' }))

test('the first refusal is the last word on a record, and each has its own policy', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    { name: 'one', path: await chaos(), onReject: 'drop' },
    { name: 'two', path: await contrary(), onReject: 'dead-letter' },
  ])
  assert.equal(await judgedBy(host, ['n', 'x', 'n', 'y']), [
    '0 one drop',
    '1 two dead-letter',
    '2 one drop',
    '3 two dead-letter',
  ])
  const [one, two] = host.status()
  assert.equal(one!.records, counted({ accepted: 2, refused: 2, failed: 0 }))
  assert.equal(two!.records, counted({ accepted: 0, refused: 2, failed: 0 }), 'it never saw what the first refused')
})

test('lower priority goes first, and equals in the order of the settings', async (cleanup) => {
  const path = await contrary()
  const { host } = await startHost(cleanup, [
    { name: 'late', path, priority: 5 },
    { name: 'early', path, priority: -1 },
    { name: 'also early', path, priority: -1 },
  ])
  assert.equal(await judgedBy(host, ['x']), ['0 early fail'])
  assert.equal(
    host.status().map(({ name }) => name),
    ['late', 'early', 'also early'],
    'the status keeps the order of the settings',
  )
})

test('a batch of which nothing is left reaches no further plugin', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    { name: 'all', path: await contrary() },
    { name: 'next', path: await noop() },
  ])
  assert.equal(await judgedBy(host, ['x', 'y']), ['0 all fail', '1 all fail'])
  assert.equal(host.status()[1]!.records, counted({ accepted: 0, refused: 0, failed: 0 }))
})

test('each plugin judges only the topics of its settings', async (cleanup) => {
  const path = await contrary()
  const { host } = await startHost(cleanup, [
    { name: 'other', path, topics: ['other'] },
    { name: 'any', path },
  ])
  assert.equal(await judgedBy(host, ['x']), ['0 any fail'])
})

test('a failure in one plugin spares the records that another refused', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    {
      name: 'contrary',
      path: await component(pluginModule({ onRecord: '(i32.ne (i32.load8_u (local.get $value)) (i32.const 84))' })),
    },
    { name: 'chaos', path: await chaos() },
  ])
  assert.equal(await judgedBy(host, ['T', 'ok', 'n']), ['0 contrary fail', '2 chaos fail'])
  assert.is(host.status()[1]!.restarts, 0, 'it never saw the record over which it would have failed')
})

test.run()
