/**
 * What showing a record costs by the hook and by the way it is called: `on-record` of 0.1 and of a script,
 * `on-records` of 0.2, written straight into the plugin's memory or through jco's binding, each by a plugin that
 * accepts everything. With and without the crossing to the plugin's thread.
 *
 *     node build/test/bench/hooks.js [component of 0.2 …]
 */
import { BatchDetails } from '../../src/plugins/crossing/batch-details.ts'
import { verdict } from '../../src/plugins/crossing/crossing.ts'
import { makeGuest } from '../../src/plugins/guest/guest.ts'
import type { Code } from '../../src/plugins/guest/instance.ts'
import type { ReplySender } from '../../src/plugins/crossing/replies.ts'
import { Thread } from '../../src/plugins/crossing/thread.ts'
import { systemClock } from '../../src/base/clock.ts'
import { noop } from '../support/components.ts'
import { noopByHand, noopOfBatches } from '../support/components-0-2.ts'
import { codeOf, placedAlone, requestOf, scriptOf, shownBatch, surroundings } from '../support/threads.ts'

const batchRecords = 100
const sizes = [10, 1000]
const rounds = 15
const batchesPerRound = 100
const ignored = { send: () => {} } as unknown as ReplySender

async function ways(): Promise<[name: string, code: Code][]> {
  const [byHand, batchesByHand, batchesInJs] = [await noop(), await noopByHand(), await noopOfBatches()]
  const isBindingOnly = true
  const others = process.argv
    .slice(2)
    .map(async (path): Promise<[string, Code]> => [path.slice(-30), await codeOf(path)])
  return [
    ['0.1, by hand', await codeOf(byHand)],
    ["0.1, by hand, jco's binding", await codeOf(byHand, { isBindingOnly })],
    ['0.1, demo plugin in TypeScript', await codeOf('demo-plugin/demo-plugin.wasm')],
    ['0.2, by hand', await codeOf(batchesByHand)],
    ["0.2, by hand, jco's binding", await codeOf(batchesByHand, { isBindingOnly })],
    ['0.2, JavaScript', await codeOf(batchesInJs)],
    ["0.2, JavaScript, jco's binding", await codeOf(batchesInJs, { isBindingOnly })],
    ['script', scriptOf('export const init = () => {}; export const onRecord = () => true')],
    ...(await Promise.all(others)),
  ]
}

/** Nanoseconds a record, the best of several rounds. */
async function best(judgeBatch: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    for (let judged = 0; judged < batchesPerRound; judged++) await judgeBatch()
    least = Math.min(least, performance.now() - start)
  }
  return (least / batchesPerRound / batchRecords) * 1e6
}

function placedOf(valueBytes: number) {
  const batch = shownBatch(Array(batchRecords).fill({ key: 'key', value: 'x'.repeat(valueBytes) }))
  return placedAlone(batch)
}

async function costInThread(code: Code, valueBytes: number): Promise<number> {
  const details = BatchDetails.allIn(BatchDetails.memory())
  const guest = await makeGuest(code, surroundings({ details, replies: ignored }))
  guest.init()
  const { batch, buffer, shape, verdicts } = placedOf(valueBytes)
  details[0]!.set(batch)
  return best(() => {
    verdicts.fill(verdict.pending)
    guest.judge(buffer, shape)
    guest.flush()
  })
}

async function costWithCrossing(code: Code, valueBytes: number): Promise<number> {
  const thread = new Thread(systemClock, {})
  const failure = (await thread.load(requestOf(code))) ?? (await thread.init(5000))
  if (failure !== null) throw new Error(failure.message)
  const placed = placedOf(valueBytes)
  const cost = await best(async () => {
    placed.verdicts.fill(verdict.pending)
    await thread.judge([placed], 0, 5000)
  })
  await thread.end()
  return cost
}

process.env = {} // As in the plugin's thread: jco asks for a variable of it at each call.
process.stdout.write(`ns a record, batches of ${batchRecords}`.padEnd(36))
process.stdout.write(`${sizes.map((size) => `${size} B`.padStart(10)).join('')}     with the crossing\n`)
for (const [name, code] of await ways()) {
  const costs: number[] = []
  for (const cost of [costInThread, costWithCrossing]) for (const size of sizes) costs.push(await cost(code, size))
  process.stdout.write(`${name.padEnd(36)}${costs.map((cost) => cost.toFixed(0).padStart(10)).join('')}\n`)
}
