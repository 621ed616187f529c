/** Ten plugins of all kinds in a row, in another order in settings than in force. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { chaos, noop } from '../support/components.ts'
import { noopByHand, troubleOfBatches } from '../support/components-0-2.ts'
import { dataPath, doers, doingPlugin } from '../support/doing.ts'
import { plugin, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('ten plugins in a row', 20)

/** Refuses what begins with `x`, and logs what it sees. */
function script({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-script-'))
  after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'script.mjs')
  const source = `
    let host
    export function init(given) { host = given }
    export function onRecord(topic, partition, key, value) {
      host.log('info', 'saw ' + value)
      return value[0] !== 'x'
    }`
  writeFileSync(path, source)
  return path
}

const append = (letter: string) =>
  `state.seen.push(value); return { tag: 'replace', val: { ...record, value: bytes(value + '${letter}') } }`
const verdicts = `state.seen.push(value)
  if (value[0] === 'r') return { tag: 'reject', val: 'r it is' }
  if (value[0] === 'd') return { tag: 'drop' }
  if (value[0] === 'z') return { tag: 'replace', val: { ...record, value: bytes('n' + value) } }`

test('each sees what those before it have left and made of a record', async (cleanup) => {
  const row = [
    plugin(await noop(), { name: 'first' }),
    await doingPlugin('one', { topics: ['*'], onRecord: append('1') }),
    plugin(script(cleanup), { name: 'script' }),
    plugin(await noopByHand(), { name: 'batches' }),
    await doingPlugin('judge', { topics: ['*'], onRecord: verdicts }),
    plugin(await chaos(), { name: 'chaos' }),
    plugin(await troubleOfBatches(), { name: 'failing', onError: 'accept' }),
    plugin(await chaos(), { name: 'elsewhere', topics: ['other'] }),
    await doingPlugin('two', { topics: ['*'], onRecord: append('2') }),
    plugin(await chaos(), { name: 'shadow', mode: 'shadow' }),
  ].map((entry, at) => ({ ...entry, onReject: 'drop' as const, timeoutMs: 5000, priority: at }))
  const plugins = row.map((_, at) => row[(at * 7 + 3) % row.length]!)
  const options = { plugins, partitionCount: 1, pluginDataPath: dataPath(cleanup) }
  const running = doers(await start(cleanup, options))
  const { post, run, stored, broker, lines } = running

  const values = ['a', 'x', 'r', 'd', 'z', 'b', 'n']
  const { status, json } = await post('/produce', { topic: 't', records: values.map((value) => ({ value })) })
  const told = json.records.map(
    ({ offset, error }: { offset?: number; error?: { plugin: string } }) => error?.plugin ?? offset,
  )
  // What is dropped has an offset, as if it had been stored.
  assert.equal([status, told], [207, [0, 'script', 'judge', 3, 'chaos', 5, 'chaos']])
  assert.equal(await stored('t'), ['a12', 'b12'])

  assert.equal(await run('one', 'return state.seen'), values)
  assert.equal(
    lines()
      .filter((line) => line.includes('saw '))
      .map((line) => line.split('saw ')[1]),
    values.map((value) => `${value}1`),
  )
  assert.equal(await run('judge', 'return state.seen'), ['a1', 'r1', 'd1', 'z1', 'b1', 'n1'])
  assert.equal(await run('two', 'return state.seen'), ['a1', 'b1'])
  const counted = Object.fromEntries(
    broker.plugins.map(({ name, records }) => [name, Object.values(records).reduce((sum, count) => sum + count, 0)]),
  )
  assert.equal(counted, {
    first: 7,
    one: 7,
    script: 7,
    batches: 6,
    judge: 6,
    chaos: 4,
    failing: 2,
    elsewhere: 0,
    two: 2,
    shadow: 2,
  })

  // One in the midst that fails keeps nothing from the others.
  assert.is((await post('/produce', { topic: 't', value: '-' })).status, 200)
  assert.equal(await stored('t'), ['a12', 'b12', '-12'])
  assert.equal(
    broker.plugins.filter(({ restarts }) => restarts > 0).map(({ name }) => name),
    ['failing'],
  )
})

test.run()
