/** Batches that cross together: each must come out as if it had crossed alone. */
import * as assert from 'uvu/assert'
import { batchesMax } from '../../../src/plugins/crossing/crossing.ts'
import type { PluginHost } from '../../../src/plugins/host.ts'
import { BatchMemory } from '../../../src/plugins/crossing/batch-memory.ts'
import { chaos, chaosLetters } from '../../support/components.ts'
import { chaosOfBatches } from '../../support/components-0-2.ts'
import { asked, settled, startFakes } from '../../support/fake-threads.ts'
import { counted, startHost, type TestRecord } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'
import { newThread, requestOf, scriptOf, shownBatch } from '../../support/threads.ts'

const test = suite('batches that cross together', 15)
const path = await chaos()

/** Each of a partition of its own, all at once. */
function askedAll(host: PluginHost, batches: readonly (readonly TestRecord[])[]): Promise<string[]> {
  return Promise.all(batches.map((values, partition) => asked(host, values, { partition })))
}

test('reasons that were logged go to the records and the batches they are about', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path }])
  const batches = Array.from({ length: 40 }, (_, nth) => [...Array(nth % 5).fill('ok'), nth % 3 === 0 ? 'No' : 'ok'])
  const expected = batches.map((_, nth) => (nth % 3 === 0 ? `${nth % 5} refused by p: the value says no` : ''))
  assert.equal(await askedAll(host, batches), expected)
  assert.is(host.status()[0]!.records.refused, 14)
})

test('what verdicts of 0.2 carry goes to the batch it is about', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path: await chaosOfBatches() }])
  const batches = Array.from({ length: 40 }, (_, nth) => ['x', nth % 2 === 0 ? `n${nth}` : 'x'])
  const expected = batches.map((_, nth) => (nth % 2 === 0 ? `1 refused by p: ${nth}` : ''))
  assert.equal(await askedAll(host, batches), expected)
})

test('a record that fails does so alone; its batch and those behind it go on in the new instance', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path, timeoutMs: 250 }])
  const outcomes = await askedAll(host, [['ok'], ['ok', 'No'], ['ok', 'T', 'No'], ['No'], [chaosLetters.loop, 'ok']])
  const no = 'refused by p: the value says no'
  assert.equal(outcomes, [
    '',
    `1 ${no}`,
    `1 refused by p: on-record failed (trap): \`unreachable\` instruction executed; 2 ${no}`,
    `0 ${no}`,
    '0 refused by p: on-record failed (timeout): it did not answer within 250 ms',
  ])
  const { restarts, records } = host.status()[0]!
  assert.equal([restarts, records], [2, counted({ accepted: 4, refused: 3, failed: 2 })])
})

test('a batch of 0.2 that fails does so alone', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path: await chaosOfBatches() }])
  const outcomes = await askedAll(host, [['x'], ['nbad'], ['x', 'T'], ['nworse'], ['x']])
  const failed = 'refused by p: on-records failed (trap): `unreachable` instruction executed'
  assert.equal(outcomes, ['', '0 refused by p: bad', `0 ${failed}; 1 ${failed}`, '0 refused by p: worse', ''])
})

test('when no instance is left, those that were not asked about are told so', async (cleanup) => {
  const { host } = await startFakes(cleanup, [{ name: 'p', maxFailures: 1 }])
  const outcomes = await askedAll(host, [['a'], ['T'], ['b']])
  assert.equal(outcomes[0], '')
  assert.match(outcomes[1]!, /^0 refused by p: on-record failed \(trap\): trapped$/)
})

test('a batch does not overtake what was asked of the plugin before it', async (cleanup) => {
  const { host, threads } = await startFakes(cleanup, [{ name: 'p' }], {
    edition: '0.2',
    hooks: ['on-records', 'handle-http'],
    isHeld: true,
  })
  const first = asked(host, ['a'])
  const second = [asked(host, ['b'], { partition: 1 }), asked(host, ['c'], { partition: 2 })]
  const call = host.handleHttp('p', { method: 'GET', path: '/', query: '', headers: [], body: Buffer.alloc(0) })
  const third = asked(host, ['d'], { partition: 3 })
  await settled()
  threads.release()
  await Promise.all([first, ...second, call, third])
  const did = threads.taken().map((line) => line.split(' ')[1]!.slice(0, 4))
  assert.equal(did, ['init', 't-0:', 't-1:', 't-2:', 'hand', 't-3:'])
})

const script = (onRecord: string) =>
  scriptOf(`export function init() {}; export function onRecord(...all) { ${onRecord} }`)

async function judgedTogether(cleanup: Parameters<typeof newThread>[0], onRecord: string, batchCount: number) {
  const thread = newThread(cleanup)
  assert.is(await thread.load(requestOf(script(onRecord))), null)
  assert.is(await thread.init(5000), null)
  const waiting = Array.from({ length: batchCount }, () => ({ batch: shownBatch(['a', 'b']), passedOver: [] }))
  const placed = new BatchMemory().place(waiting)
  const ends: number[] = []
  while ((ends.at(-1) ?? 0) < batchCount) ends.push((await thread.judge(placed, ends.at(-1) ?? 0, 5000)).judged)
  assert.equal(
    placed.map(({ verdicts }) => [...verdicts]),
    Array(batchCount).fill([1, 1]),
  )
  return ends
}

test('while batches take long, each crosses alone: the first is not to wait for the last', async (cleanup) => {
  const slowly = 'const end = performance.now() + 1; while (performance.now() < end); return true'
  assert.equal(await judgedTogether(cleanup, slowly, 3), [1, 2, 3])
})

test('a batch that logs much leaves the room for lines to the next', async (cleanup) => {
  const much = 'for (let line = 0; line < 20; line++) all[4] ?? console.warn("x".repeat(1000)); return true'
  assert.equal(await judgedTogether(cleanup, much, 3), [1, 2, 3])
})

test('those that are quick cross in few crossings', async (cleanup) => {
  const ends = await judgedTogether(cleanup, 'return true', batchesMax)
  assert.ok(ends.length < batchesMax / 2, `${ends}`)
})

test.run()
