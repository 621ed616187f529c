/** What is known of a plugin by its settings alone. */
import * as assert from 'uvu/assert'
import { isScript } from '../../src/plugins/plugin-settings.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin settings')

test('JavaScript and TypeScript are scripts, by the end of their names', () => {
  const paths = ['a.js', 'b/c.mjs', 'd.ts', 'e.wasm', 'f', 'ts', 'g.js/h.wasm', 'i.json']
  assert.equal(paths.filter(isScript), ['a.js', 'b/c.mjs', 'd.ts'])
})

test.run()
