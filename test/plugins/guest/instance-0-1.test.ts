/** A component instantiated in the thread of the test. */
import * as assert from 'uvu/assert'
import type { ComponentCode } from '../../../src/plugins/guest/instance.ts'
import { instantiate } from '../../../src/plugins/guest/instance-0-1.ts'
import { component, noop, pluginModule } from '../../support/components.ts'
import { rejection } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'
import { codeOf, surroundings } from '../../support/threads.ts'

const test = suite('instance of a component of 0.1', 10)

async function instanceOf(code: ComponentCode) {
  const around = surroundings()
  return { crossing: around.crossing, instance: await instantiate(code, around) }
}

test('on-record is called directly only once init has returned', async () => {
  const { instance } = await instanceOf(await codeOf(await noop()))
  assert.is(instance.isDirect, false)
  assert.is(instance.init(), undefined)
  assert.is(instance.isDirect, true)
})

test('proving the direct call does not call the plugin', async () => {
  const { instance } = await instanceOf(await codeOf(await component(pluginModule({ onRecord: 'unreachable' }))))
  instance.init()
  assert.is(instance.isDirect, true)
})

test('a key, a value and a verdict go the same way whatever it is', async () => {
  const refusesEmpty = await component(pluginModule({ onRecord: '(i32.ne (local.get $valueBytes) (i32.const 0))' }))
  const code = await codeOf(refusesEmpty)
  for (const isBindingOnly of [false, true]) {
    const { instance } = await instanceOf({ ...code, isBindingOnly })
    instance.init()
    assert.is(instance.isDirect, !isBindingOnly)
    const { caller } = instance
    const verdicts: boolean[] = []
    caller.prepare(Buffer.from('kvalue'), Buffer.from('topic'), 3)
    caller.within(() => verdicts.push(caller.call(0, 1, 1, 5, true), caller.call(0, -1, 1, 0, true)))
    assert.equal(verdicts, [true, false])
  }
})

test('its memory is counted, and grows as it grows', async () => {
  const grows = await component(pluginModule({ init: '(drop (memory.grow (i32.const 9)))' }))
  const { instance } = await instanceOf(await codeOf(grows))
  assert.is(instance.memoryBytes(), 65_536)
  instance.init()
  assert.is(instance.memoryBytes(), 655_360)
})

test('an interface without its functions is refused', async () => {
  const glue = 'export const instantiate = () => ({ "blink:plugin/plugin@0.1.0": { init() {} } })'
  const error = await rejection(instanceOf(await codeOf(await noop(), { glue })))
  assert.is(error.message, 'it does not export onRecord')
})

test.run()
