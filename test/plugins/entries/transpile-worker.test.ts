import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { entryUrl } from '../../../src/plugins/entries/entry.ts'
import type { TranspileAnswer } from '../../../src/plugins/loading/transpile.ts'
import { named, noop } from '../../support/components.ts'
import { suite } from '../../support/suite.ts'

const test = suite('process for transpiling', 10)

async function answer(component: Uint8Array): Promise<TranspileAnswer> {
  const child = fork(fileURLToPath(entryUrl('transpile-worker')), { execArgv: [], serialization: 'advanced' })
  child.send(component)
  const [told] = await once(child, 'message')
  child.kill()
  return told
}

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
