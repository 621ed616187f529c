/** What is known of a component holds for its like: jco itself would have made the same of them. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { TranspileAnswer } from '../../src/plugins/loading/transpile.ts'
import { KnownGlue } from '../../src/workshop/known-glue.ts'
import { component, pluginModule } from '../support/components.ts'
import { suite } from '../support/suite.ts'
import { askKept } from '../support/transpiled.ts'

const test = suite('workshop: known glue', 20)

const holding = async (text: string, onRecord = '(i32.const 1)') =>
  readFileSync(await component(pluginModule({ fields: `(data (i32.const 1024) "${text}")`, onRecord })))

const neverAsked = () => Promise.reject<TranspileAnswer>(new Error('jco is asked'))

const byName = (answer: TranspileAnswer) =>
  'files' in answer ? new Map(answer.files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')])) : answer

test('what memory begins with changes nothing of the glue', async () => {
  const [first, second] = [await holding('one'), await holding('two and more')]
  const known = new KnownGlue()
  await known.filesOf(first, askKept)
  assert.equal(byName(await known.filesOf(second, neverAsked)), byName(await askKept(second)))
})

test('other code is asked about', async () => {
  const known = new KnownGlue()
  await known.filesOf(await holding('one'), askKept)
  const asked: Buffer[] = []
  const note = async (bytes: Buffer): Promise<TranspileAnswer> => {
    asked.push(bytes)
    return { error: 'no' }
  }
  const other = await holding('one', '(i32.const 0)')
  assert.equal(await known.filesOf(other, note), { error: 'no' })
  const damaged = other.subarray(0, 300)
  await known.filesOf(damaged, note)
  assert.equal(asked, [other, damaged])
})

test('nothing is known of a component of which jco changed a core module', async () => {
  const known = new KnownGlue()
  const bytes = await holding('one')
  const changing = async (): Promise<TranspileAnswer> => ({ files: [['plugin.core.wasm', Buffer.from('another')]] })
  await known.filesOf(bytes, changing)
  const answer = { files: [] }
  assert.is(await known.filesOf(bytes, async () => answer), answer)
})

test.run()
