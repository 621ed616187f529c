/** From sources to a component; what each template needs for it is tried in templates.test.ts. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { buildPlugin, buildProject } from '../../src/workshop/build.ts'
import { readProject } from '../../src/workshop/project.ts'
import { noop } from '../support/components.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { mistake, testShell, type WrittenShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: build', 20)
const component = { name: 'p', edition: '0.1', language: 'c', component: 'made.wasm', out: 'out/p.wasm' }

function projectWith(cleanup: Cleanup, differences: object, environment = {}): WrittenShell {
  const shell = testShell(cleanup, { env: { ...process.env, ...environment } })
  written(shell.folder, 'blink-plugin.json', [{ ...component, ...differences }])
  return shell
}

test('a component is copied when it is one that can be loaded, and its facts are told', async (cleanup) => {
  const shell = projectWith(cleanup, { build: [['cp', await noop(), 'made.wasm']] })
  assert.is(await buildPlugin({}, shell), 0)
  assert.ok(readFileSync(join(shell.folder, 'out', 'p.wasm')).equals(readFileSync(await noop())))
  assert.match(shell.answer[0]!, /^out.p\.wasm: 2\.0 KiB, blink:plugin@0\.1 with on-record, [\d.]+ m?s$/)
  assert.ok(existsSync(join(shell.folder, 'wit', 'deps', 'blink-plugin', 'blink-plugin.wit')))
})

test('what cannot be loaded does not take the place of what can', async (cleanup) => {
  const shell = projectWith(cleanup, { build: [['cp', 'bad', 'made.wasm']] })
  mkdirSync(join(shell.folder, 'out'))
  written(shell.folder, 'bad', ['nothing'])
  const before = written(join(shell.folder, 'out'), 'p.wasm', ['of before'])
  assert.match((await mistake(() => buildPlugin({ dir: '.' }, shell))).message, /is not WebAssembly/)
  assert.is(readFileSync(before, 'utf8'), 'of before')
  assert.not.ok(existsSync(`${before}.partial`))
})

test('a script that is none is refused by the tool that reads it', async (cleanup) => {
  const shell = projectWith(cleanup, { component: undefined, script: 'plugin.js' })
  mkdirSync(join(shell.folder, 'wit'))
  const world = 'package test:p; world plugin { include blink:plugin/blink-plugin@0.1.0; }'
  written(join(shell.folder, 'wit'), 'world.wit', [world])
  written(shell.folder, 'plugin.js', ['this is no JavaScript'])
  const quick = { file: join(shell.folder, 'quick.wasm') }
  const refused = await mistake(() => buildProject(readProject(shell.folder), shell, quick))
  assert.match(refused.message, /^componentize-qjs makes no component of it: /)
})

const failures: readonly [what: string, project: object, message: RegExp][] = [
  [
    'a tool that is missing',
    { build: [['cargo-of-nobody']] },
    /^cargo-of-nobody is not installed, and a plugin in c is/,
  ],
  ['what to install is said', { build: [['clang']] }, /^clang is not installed, .*: install clang and lld/],
  ['a tool that fails', { build: [['sh', '-c', 'echo here; exit 3']] }, /^sh -c .* ended with code 3:\nhere$/],
  ['nothing left behind', {}, /^made\.wasm, which is named as component, is not there: write it/],
  ['no core module', { component: undefined, core: 'blink-plugin.json', exports: { a: 'b' } }, /is not WebAssembly/],
]
for (const [what, project, message] of failures) {
  test(`${what} is a mistake`, async (cleanup) => {
    const shell = projectWith(cleanup, project, { PATH: '/bin' })
    if (what.startsWith('what to')) Object.assign(shell.env, { PATH: '' })
    assert.match((await mistake(() => buildPlugin({}, shell))).message, message)
  })
}

test.run()
