/** blink-plugin.json, and what is wrong with it. */
import * as assert from 'uvu/assert'
import { readProject } from '../../src/workshop/project.ts'
import { suite } from '../support/suite.ts'
import { mistake, temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: blink-plugin.json')
const least = { name: 'p', edition: '0.2', script: 'plugin.js', out: 'p.wasm' }

test('little must be said', (cleanup) => {
  const folder = temporaryFolder(cleanup)
  written(folder, 'blink-plugin.json', [least])
  const { world, build, made, source, out, adapters } = readProject(folder)
  assert.equal([world, build, made, source, out, adapters], ['plugin', [], 'script', 'plugin.js', 'p.wasm', {}])
})

const wrong: readonly [project: unknown, message: RegExp][] = [
  ['{', /blink-plugin.json is not JSON: /],
  [[], /blink-plugin.json is not an object: /],
  [{ ...least, scirpt: 1 }, /: scirpt is not known; use name, /],
  [{ ...least, core: 'a.wasm' }, /: says of what the component is made exactly once/],
  [{ ...least, edition: '0.3' }, /: edition is "0.1" or "0.2"$/],
  [{ ...least, name: 7 }, /: name is to be a text$/],
  [{ ...least, build: ['make'] }, /: build is to be a list of commands/],
  [{ ...least, env: { A: 1 } }, /: env is to be an object of texts$/],
  [{ ...least, out: '../p.wasm' }, /: out is \.\..p\.wasm; name a file within the project$/],
  [{ ...least, script: '/etc/passwd' }, /: script is .etc.passwd; name a file within the project$/],
]
for (const [project, message] of wrong) {
  test(JSON.stringify(project), async (cleanup) => {
    const folder = temporaryFolder(cleanup)
    written(folder, 'blink-plugin.json', [project])
    assert.match((await mistake(() => readProject(folder))).message, message)
  })
}

test('a folder without one is wrong usage', async (cleanup) => {
  const { message, exitCode } = await mistake(() => readProject(temporaryFolder(cleanup)))
  assert.match(message, /holds no blink-plugin.json: name the folder of a project, or begin one with blink plugin new$/)
  assert.is(exitCode, 2)
})

test.run()
