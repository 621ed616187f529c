/** Processes that answer once. */
import * as assert from 'uvu/assert'
import { oneAnswer } from '../../../src/plugins/loading/one-answer.ts'
import { Unfit } from '../../../src/plugins/loading/plugin-start-error.ts'
import type { BundleAnswer } from '../../../src/plugins/loading/script.ts'
import type { TranspileAnswer } from '../../../src/plugins/loading/transpile.ts'
import { suite } from '../../support/suite.ts'

const test = suite('processes that answer once', 20)

test('each gets the answer to its own question', async () => {
  const source = (value: number) => ({ file: '/p.ts', source: `export const x: number = ${value}`, isAlone: true })
  const answers = await Promise.all([1, 2].map((value) => oneAnswer<BundleAnswer>('bundle-worker', source(value))))
  assert.equal(
    answers.map((answer) => /x = (\d)/.exec(JSON.stringify(answer))?.[1]),
    ['1', '2'],
  )
})

test('bytes arrive as bytes', async () => {
  const answer = await oneAnswer<TranspileAnswer>('transpile-worker', Buffer.from('nonsense'))
  assert.ok('error' in answer && answer.error !== '')
})

test('one that ends without an answer is an error that names it', async () => {
  // A thread's code: as a process it does not get far.
  const error = await oneAnswer('config-check-worker', []).then(
    () => null,
    (thrown) => thrown,
  )
  assert.match(error?.message ?? 'it answered', /^the process config-check-worker ended with code 1$/)
})

test('one that does not come to an end is ended, and what it was asked about is to blame', async () => {
  const error = await oneAnswer('transpile-worker', Buffer.from('nonsense'), 1).then(
    () => null,
    (thrown) => thrown,
  )
  assert.instance(error, Unfit)
  assert.match(error.message, /^takes too long to compile/)
})

test.run()
