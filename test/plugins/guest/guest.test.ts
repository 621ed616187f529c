import * as assert from 'uvu/assert'
import { makeGuest } from '../../../src/plugins/guest/guest.ts'
import type { Code } from '../../../src/plugins/guest/instance.ts'
import { rejection } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'
import { handwrittenCode, scriptOf, surroundings } from '../../support/threads.ts'

const test = suite('guests of a thread')

/** Glue whose exports are all interfaces that there are, empty. */
const glue = `export const instantiate = () => ({
  'blink:plugin/plugin@0.1.0': { init() {}, onRecord: () => true },
  'blink:plugin/lifecycle@0.2.0': { init() {} },
})`

test('each code makes its guest, and those of 0.1 have nothing of 0.2', async () => {
  const table: [code: Code, isOld: boolean][] = [
    [handwrittenCode(glue), true],
    [handwrittenCode(glue, { edition: '0.2', exports: ['blink:plugin/lifecycle@0.2.0'] }), false],
    [scriptOf('export const init = () => {}; export const onRecord = () => true'), true],
  ]
  for (const [code, isOld] of table) {
    const guest = await makeGuest(code, surroundings())
    assert.is(guest.init(), undefined)
    if (isOld) assert.throws(() => guest.describe(), 'it has no describe: that came with blink:plugin@0.2')
  }
})

test('one without the beginning of a plugin is refused', async () => {
  const error = await rejection(
    makeGuest(handwrittenCode('export const instantiate = () => ({})', { edition: '0.2' }), surroundings()),
  )
  assert.is(error.message, 'it does not export lifecycle, with its init')
})

test.run()
