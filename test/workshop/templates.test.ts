/** The projects that `blink plugin new` writes: all of them are whole, and those whose tools are here build and run. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { newPlugin } from '../../src/workshop/new.ts'
import { languages } from '../../src/workshop/project.ts'
import { readRecords } from '../../src/workshop/records-file.ts'
import { suite } from '../support/suite.ts'
import { missingFor, silentShell, terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('templates', 20)
const buildSecondsMax = 300

const parts = [
  ...['README.md', 'blink-plugin.json', '.gitignore', 'records.jsonl'],
  ...['wit/world.wit', 'wit/deps/blink-plugin/blink-plugin.wit'],
]

test('each has all its parts, and no placeholder is left', (cleanup) => {
  const folder = workshopFolder(cleanup)
  for (const language of languages) {
    newPlugin({ name: 'my-plugin', lang: language, dir: language }, silentShell(folder))
    const project = join(folder, language)
    const missing = parts.filter((file) => !existsSync(join(project, file)))
    assert.equal(missing, [], language)
    assert.ok(readRecords(join(project, 'records.jsonl')).every(({ expect }) => expect !== null))
    const texts = readdirSync(project, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(project, file)).isFile())
      .map((file) => readFileSync(join(project, file), 'utf8'))
    assert.not.ok(
      texts.some((text) => /\{\{(name|crate)/.test(text)),
      language,
    )
  }
})

test('the README of each has its name, its commands and files that are there', (cleanup) => {
  const folder = workshopFolder(cleanup)
  for (const language of languages) {
    newPlugin({ name: 'my-plugin', lang: language, dir: language }, silentShell(folder))
    const readme = readFileSync(join(folder, language, 'README.md'), 'utf8')
    assert.ok(readme.startsWith('# my-plugin\n'))
    const commands = ['blink plugin build', 'blink plugin test my-plugin.wasm records.jsonl', 'blink plugin dev']
    assert.ok(readme.includes(commands.map((command) => `    ${command}\n`).join('')), language)
    const files = [...readme.matchAll(/^\| `([\w./-]+)`/gm)].map(([, file]) => file!)
    const missing = files.filter((file) => !existsSync(join(folder, language, file)))
    assert.equal(missing, [], language)
  }
})

test('the tools that a template names are those that Blink itself is built with', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const language of languages) {
    const file = `templates/${language}/package.json`
    if (!existsSync(file)) continue
    const wanted = JSON.parse(readFileSync(file, 'utf8')).devDependencies
    for (const [name, version] of Object.entries(wanted)) assert.is(version, devDependencies[name], `${file}: ${name}`)
  }
})

for (const language of languages) {
  const built = suite(`a plugin in ${language}`, buildSecondsMax, missingFor(language))
  built('builds, greets, and says what its records expect', async (cleanup) => {
    const commands = `
      blink plugin new my-plugin --lang ${language}
      cd my-plugin
      blink plugin build
      blink plugin test my-plugin.wasm records.jsonl`
    const { code, out } = await terminal(workshopFolder(cleanup), commands, cleanup)
    assert.is(code, 0, out)
    assert.match(out, 'info: Hello from my-plugin')
    assert.match(out, '4 records, all as expected')
  })
  built.run()
}

test.run()
