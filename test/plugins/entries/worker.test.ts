/** The thread of a plugin, with code of our own in place of what jco writes: even that finds nothing of the broker. */
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { handwrittenCode, handwrittenPlugin, newThread, requestOf } from '../../support/threads.ts'

const test = suite('thread of a plugin', 10)

test('there is no environment, no argument and no flag of the broker', async (cleanup) => {
  const thread = newThread(cleanup)
  const told = '[process.env, process.argv.slice(2), process.execArgv]'
  const log = `imports['blink:plugin/host'].log('info', JSON.stringify(${told}))`
  assert.is(await thread.load(handwrittenPlugin(log)), null)
  assert.is(await thread.init(5000), null)
  assert.is(thread.takeLog().lines[0]!.text, '[{},[],[]]')
})

test('whatever it throws is a failure of the hook that was called', async (cleanup) => {
  const table = [
    ['throw new RangeError("r")', 'trap', 'r'],
    ['throw new TypeError("t")', 'bad-result', 't'],
    ['throw new Error("e")', 'error', 'e'],
    ['throw "text"', 'error', 'text'],
  ] as const
  for (const [init, kind, message] of table) {
    const thread = newThread(cleanup)
    await thread.load(handwrittenPlugin(init))
    assert.equal(await thread.init(5000), { hook: 'init', kind, message, index: -1 })
  }
})

test('code that cannot be instantiated is a failure to load', async (cleanup) => {
  const glue = 'export const instantiate = () => { throw new Error("no") }'
  const failure = await newThread(cleanup).load(requestOf(handwrittenCode(glue)))
  assert.equal([failure?.hook, failure?.message], ['load', 'no'])
})

test.run()
