/** Of the broker's processes each answers once; this one is asked again and again. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { named, noop } from '../../support/components.ts'
import { suite } from '../../support/suite.ts'
import { askKept as answer } from '../../support/transpiled.ts'

const test = suite('process for transpiling', 10)

test('what it writes needs nothing else to run', async () => {
  const told = await answer(readFileSync(await noop()))
  assert.ok('files' in told)
  const files = new Map(told.files)
  const glue = Buffer.from(files.get('plugin.js')!).toString()
  assert.not.match(glue, /^\s*import\b/m)
  assert.not.match(glue, /\bimport\(|\bnode:/)
  const modules = [...files.keys()].filter((name) => name !== 'plugin.js')
  assert.ok(modules.length > 0 && modules.every((name) => name.endsWith('.wasm') && glue.includes(name)))
})

test('what is no component is answered with a reason', async () => {
  const told = await answer(Buffer.from('nonsense'))
  assert.ok('error' in told && told.error.length > 0)
})

test('a few bytes that would become megabytes of JavaScript are refused', async () => {
  assert.ok('files' in (await answer(readFileSync(await named({ doublings: 3 })))))
  const told = await answer(readFileSync(await named({ doublings: 15 })))
  assert.match('error' in told ? told.error : 'it was compiled', /^its types become \d{8} bytes of JavaScript$/)
})

test.run()
