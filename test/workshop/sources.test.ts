/** Which files of a project are its sources, and when they changed. */
import { mkdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readProject } from '../../src/workshop/project.ts'
import { changed, fileSnapshot, projectSnapshot } from '../../src/workshop/sources.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: sources')

test('what a build writes is no source, and everything else is', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const project = { name: 'p', edition: '0.2', build: [['make']], script: 'made.js', out: 'p.wasm' }
  for (const below of ['src', 'node_modules', 'build', '.git', 'wit/deps'])
    mkdirSync(join(folder, below), { recursive: true })
  written(folder, 'blink-plugin.json', [project])
  for (const name of ['plugin.ts', 'src/a.ts', 'made.js', 'p.wasm', 'build/x', '.git/x', 'node_modules/x']) {
    written(folder, name, ['x'])
  }
  for (const name of ['wit/world.wit', 'wit/deps/x.wit']) written(folder, name, ['x'])
  const found = [...projectSnapshot(readProject(folder)).keys()].map((path) => path.slice(folder.length + 1))
  assert.equal(found.sort(), ['blink-plugin.json', 'plugin.ts', 'src/a.ts', 'wit/world.wit'])
})

test('without commands, what the component is made of is a source', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  written(folder, 'blink-plugin.json', [{ name: 'p', edition: '0.2', script: 'plugin.js', out: 'p.wasm' }])
  written(folder, 'plugin.js', ['x'])
  assert.ok(projectSnapshot(readProject(folder)).has(join(folder, 'plugin.js')))
})

test('a file that is written, new or gone is a change', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const file = written(folder, 'a', ['x'])
  const before = fileSnapshot(file)
  assert.is(changed(before, fileSnapshot(file)), null)
  utimesSync(file, 1, 1)
  assert.is(changed(before, fileSnapshot(file)), file)
  rmSync(file)
  assert.is(changed(before, fileSnapshot(file)), file)
  assert.is(changed(fileSnapshot(file), before), file)
})

test.run()
