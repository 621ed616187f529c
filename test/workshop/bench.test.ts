/** The table of what records cost. */
import * as assert from 'uvu/assert'
import { benchPlugin } from '../../src/workshop/bench.ts'
import { chaos, component, pluginModule } from '../support/components.ts'
import { suite } from '../support/suite.ts'
import { askedWith, mistake, testShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: bench', 20)

test('each size, in batches and alone, beside a no-op, and memory', async (cleanup) => {
  const shell = testShell(cleanup)
  const file = await chaos()
  assert.is(await benchPlugin({ file, asked: askedWith(file), cellMs: 4 }, shell), 0)
  const rows = shell.answer.slice(1, 7).map((line) => line.trim().split(/ {2,}/))
  const sizes = rows.map(([records, value]) => `${records} × ${value}`)
  assert.equal(sizes, ['100 × 10 B', '100 × 1 KB', '100 × 10 KB', '1 × 10 B', '1 × 1 KB', '1 × 10 KB'])
  for (const [, , ns, noop] of rows) for (const cell of [ns, noop]) assert.match(cell!, /^[\d,]+$/)
  assert.match(shell.answer.join('\n'), /memory: 128\.0 KiB before, 128\.0 KiB after/)
})

test('a script is held against a script, and programs get an object', async (cleanup) => {
  const shell = testShell(cleanup)
  const file = written(shell.folder, 'p.mjs', ['export const init = () => {}\nexport const onRecord = () => true'])
  await benchPlugin({ file, asked: askedWith(file), cellMs: 4, json: true }, shell)
  const { rows, memory } = JSON.parse(shell.answer[0]!)
  assert.is(rows.length, 6)
  assert.ok(rows.every(({ nsPerRecord }: { nsPerRecord: number }) => nsPerRecord > 0))
  assert.equal(memory, { before: 0, after: 0 })
})

test('one that fails is not measured', async (cleanup) => {
  const file = await component(pluginModule({ onRecord: 'unreachable' }))
  const refused = await mistake(() => benchPlugin({ file, asked: askedWith(file), cellMs: 4 }, testShell(cleanup)))
  assert.match(refused.message, /^it fails: on-record failed \(trap\)/)
})

test.run()
