/** A project is written only where there is none; what the templates hold is tried in templates.test.ts. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { newPlugin } from '../../src/workshop/new.ts'
import { suite } from '../support/suite.ts'
import { mistake, temporaryFolder, testShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: new')

test('names are filled in, in text and in names of files; what is not text stays', (cleanup) => {
  const templates = temporaryFolder(cleanup)
  mkdirSync(join(templates, 'c', 'src'), { recursive: true })
  const project = { name: '{{name}}', edition: '0.1', core: 'core.wasm', out: '{{name}}.wasm' }
  written(join(templates, 'c'), 'blink-plugin.json', [project])
  written(join(templates, 'c'), 'gitignore', ['build'])
  written(join(templates, 'c', 'src'), '{{crate}}.c', ['// {{crate}}'])
  written(join(templates, 'c'), 'bytes', ['\0{{name}}'])
  const shell = testShell(cleanup)
  assert.is(newPlugin({ name: 'my-plugin', lang: 'c', templates }, shell), 0)
  const folder = join(shell.folder, 'my-plugin')
  assert.equal(readdirSync(folder).sort(), ['.gitignore', 'blink-plugin.json', 'bytes', 'src', 'wit'])
  assert.is(readFileSync(join(folder, 'src', 'my_plugin.c'), 'utf8'), '// my_plugin')
  assert.is(readFileSync(join(folder, 'bytes'), 'utf8'), '\0{{name}}')
  assert.equal(shell.answer, [
    'my-plugin is in my-plugin. Next:',
    '  cd my-plugin',
    '  blink plugin build',
    '  blink plugin dev',
  ])
})

test('a folder that is not empty is left alone', async (cleanup) => {
  const shell = testShell(cleanup)
  written(shell.folder, 'mine', ['x'])
  const { message, exitCode } = await mistake(() => newPlugin({ name: 'p', lang: 'c', dir: '.' }, shell))
  assert.match(message, /is not empty: name another folder with --dir, or empty this one$/)
  assert.is(exitCode, 2)
  assert.equal(readdirSync(shell.folder), ['mine'])
})

const wrong: readonly [name: string, lang: string, message: RegExp][] = [
  ['My Plugin', 'c', /^the name My Plugin will not do: use small letters/],
  ['../p', 'c', /will not do/],
  ['p', 'cobol', /^there is no template for cobol: use typescript, /],
]
for (const [name, lang, message] of wrong) {
  test(`${name} in ${lang} is wrong usage`, async (cleanup) => {
    const refused = await mistake(() => newPlugin({ name, lang }, testShell(cleanup)))
    assert.match(refused.message, message)
    assert.is(refused.exitCode, 2)
  })
}

test.run()
