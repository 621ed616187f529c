/**
 * Every way in which a plugin can fail over a record × what the producer is told, what the log says, what becomes of
 * it.
 */
import * as assert from 'uvu/assert'
import { chaos, chaosLetters } from '../support/components.ts'
import { batchOf, counted, judged, sender, startHost } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('a plugin that fails over a record', 15)

const path = await chaos()
/** Little, so that it is soon taken; and an impatient limit, so that hangs are soon over. */
const limits = { maxMemoryBytes: 8 * 1024 * 1024, timeoutMs: 250 }
const fourRecords = (letter: string) => ['ok', letter, 'ok', 'No']

const troubles = [
  { letter: 'trap', failure: /^on-record failed \(trap\): `unreachable` instruction executed$/ },
  { letter: 'outOfBounds', failure: /^on-record failed \(trap\): out of bounds memory access$/ },
  { letter: 'overflowStack', failure: /^on-record failed \(trap\): Maximum call stack size exceeded$/ },
  { letter: 'takeAllMemory', failure: /^on-record failed \(memory\): it has taken 8388608 of its 8388608 bytes/ },
  { letter: 'badBool', failure: /^on-record failed \(bad-result\): / },
  { letter: 'loop', failure: /^on-record failed \(timeout\): it did not answer within 250 ms$/ },
  { letter: 'floodLog', failure: /^on-record failed \(timeout\): it did not answer within 250 ms$/ },
] as const

for (const isBindingOnly of [false, true]) {
  const way = isBindingOnly ? "through jco's binding" : 'directly'
  test(`called ${way}: the record alone fails that it fails over, and the plugin goes on`, async (cleanup) => {
    const { host, lines } = await startHost(cleanup, [{ name: 'bad', path, ...limits }], { isBindingOnly })
    for (const [before, { letter, failure }] of troubles.entries()) {
      const [failed, refused, ...more] = await judged(host, fourRecords(chaosLetters[letter]))
      assert.match(failed!.slice(3), failure)
      assert.equal([failed![0], refused, more], ['1', '3: the value says no', []], letter)
      assert.ok(lines().includes(`error: Plugin 'bad' failed: ${failed!.slice(3)}; restarting at once`), letter)
      const { state, restarts, records, failures } = host.status()[0]!
      const count = before + 1
      const counts = counted({ accepted: 2 * count + before, refused: count + before, failed: count })
      assert.equal([state, restarts, records], ['running', count, counts], letter)
      assert.is(sum(Object.values(failures)), count, letter)
      assert.equal(await judged(host, ['ok', 'No']), ['1: the value says no'], letter)
    }
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

test('with on_error accept, the record that failed is accepted', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ path, onError: 'accept' }])
  assert.equal(await judged(host, fourRecords('T')), ['3: the value says no'])
  assert.equal(host.status()[0]!.records, counted({ accepted: 2, refused: 1, failed: 1 }))
})

test('a refusal says whether the plugin failed, and what the settings do with it', async (cleanup) => {
  const settings = { name: 'bad', path, onReject: 'dead-letter', deadLetterTopic: 'graves' } as const
  const { host } = await startHost(cleanup, [settings])
  const { batch, section } = batchOf(['T', 'N'])
  const told = { plugin: 'bad', onReject: 'dead-letter', deadLetterTopic: 'graves' }
  assert.equal((await host.judge('t', 0, batch, section, sender)).refusals, [
    { ...told, index: 0, reason: 'on-record failed (trap): `unreachable` instruction executed', isFailure: true },
    { ...told, index: 1, reason: 'the value says no', isFailure: false },
  ])
})

test('lines written before a hang are not lost', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path, ...limits }])
  await judged(host, [chaosLetters.logAndLoop])
  assert.ok(lines().includes('warn: 🔌 Plugin: about to loop'))
})

test('a line longer than 1 KiB is cut', async (cleanup) => {
  const { host, events } = await startHost(cleanup, [{ path }])
  await judged(host, [chaosLetters.longLine])
  assert.is(Buffer.byteLength(events.at(-1)!.message), Buffer.byteLength('🔌 Plugin: ') + 1024)
})

test('of a flood of lines, a thousand a second are printed and the rest counted', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path, ...limits }])
  await judged(host, [chaosLetters.floodLog])
  await host.close()
  const printed = lines().filter((line) => line === 'info: 🔌 Plugin: the value says no')
  assert.is(printed.length, 1000)
  assert.match(lines().at(-1)!, /^warn: \d+ log lines of the plugin were dropped$/)
})

test('a plugin that fails leaves the state of another as it is', async (cleanup) => {
  const plugins = [
    { name: 'bad', path, onError: 'accept', topics: ['bad'] } as const,
    { name: 'counts', path, topics: ['counted'] },
  ]
  const { host } = await startHost(cleanup, plugins)
  assert.equal(await judged(host, ['ok', '#'], 'counted'), ['1: 2'])
  assert.equal(await judged(host, ['ok', 'T', 'ok'], 'bad'), [])
  assert.equal(await judged(host, ['ok', '#'], 'counted'), ['1: 4'])
  assert.equal(await judged(host, ['#'], 'bad'), ['0: 2'], 'the new instance of the plugin that failed counts anew')
})

test.run()
