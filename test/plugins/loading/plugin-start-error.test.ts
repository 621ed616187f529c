/** Why plugins do not start. */
import * as assert from 'uvu/assert'
import { PluginStartError, Unfit } from '../../../src/plugins/loading/plugin-start-error.ts'
import { suite } from '../../support/suite.ts'

const test = suite('errors of starting plugins')

test('plugin and file are named before what is wrong', () => {
  const { message } = new PluginStartError({ name: 'x', path: 'a/x.wasm' }, new Unfit('is empty').message)
  assert.is(message, "Plugin 'x' (a/x.wasm) is empty")
})

test.run()
