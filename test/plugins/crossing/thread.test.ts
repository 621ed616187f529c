import * as assert from 'uvu/assert'
import { handwrittenPlugin, newThread } from '../../support/threads.ts'
import { suite } from '../../support/suite.ts'

const test = suite("the broker's end of a thread", 10)

test('a thread that ends itself ends nothing else', async (cleanup) => {
  const thread = newThread(cleanup)
  await thread.load(handwrittenPlugin('process.exit(3)'))
  const failure = { hook: 'init', kind: 'died', message: 'its thread ended', index: -1 }
  assert.equal(await thread.init(5000), failure)
  assert.equal(await thread.init(5000), failure, 'and stays dead')
})

test('a thread that takes all memory of JavaScript ends alone', async (cleanup) => {
  const thread = newThread(cleanup)
  await thread.load(handwrittenPlugin('const all = []; for (;;) all.push(new Array(1e5).fill(0.5))'))
  const failure = await thread.init(8000)
  assert.equal([failure?.hook, failure?.kind], ['init', 'died'])
  assert.match(failure!.message, 'memory limit')
})

test('one that does not answer is ended', async (cleanup) => {
  const thread = newThread(cleanup)
  await thread.load(handwrittenPlugin('for (;;);'))
  const failure = await thread.init(100)
  assert.equal([failure?.kind, failure?.message], ['timeout', 'it did not answer within 100 ms'])
})

test.run()
