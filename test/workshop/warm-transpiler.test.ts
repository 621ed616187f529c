/** What is transpiled ahead is found by whoever loads it. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { NotAComponent } from '../../src/plugins/loading/component.ts'
import { WarmTranspiler } from '../../src/workshop/warm-transpiler.ts'
import { chaos, noop } from '../support/components.ts'
import { rejection } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: warm transpiler', 10)

test('one process does several, and outlives one that is refused', async (cleanup) => {
  const cachePath = temporaryFolder(cleanup)
  const transpiler = new WarmTranspiler(cachePath)
  cleanup.after(() => transpiler.close())
  await transpiler.prepare(await noop())
  const damaged = join(temporaryFolder(cleanup), 'x.wasm')
  copyFileSync(await noop(), damaged)
  written(join(damaged, '..'), 'cut.wasm', [])
  const { writeFileSync } = await import('node:fs')
  writeFileSync(damaged, readFileSync(damaged).subarray(0, 300))
  assert.instance(await rejection(transpiler.prepare(damaged)), NotAComponent)
  await transpiler.prepare(await chaos())
  assert.is(
    readdirSync(cachePath, { recursive: true, encoding: 'utf8' }).filter((name) => /plugin\.js$/.test(name)).length,
    2,
  )
})

test('a script needs no transpiling', async (cleanup) => {
  const cachePath = temporaryFolder(cleanup)
  await new WarmTranspiler(cachePath).prepare('nowhere.mjs')
  assert.equal(readdirSync(cachePath), [])
})

test.run()
