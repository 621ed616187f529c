/** The projects that `blink plugin new` writes: all of them are whole, and those whose tools are here build and run. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadSettings } from '../../src/settings/file.ts'
import { newPlugin } from '../../src/workshop/new.ts'
import { languages, readProject } from '../../src/workshop/project.ts'
import { readRecords } from '../../src/workshop/records-file.ts'
import { blocksIn, blocksOf } from '../support/documents.ts'
import { suite } from '../support/suite.ts'
import { missingFor, silentShell, terminal, workshopFolder } from '../support/workshop.ts'

/** What the README of a project has one type. */
function typedIn(project: string): string {
  return blocksOf(join(project, 'README.md')).find(({ language }) => language === '')!.content
}

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
    assert.match(typedIn(join(folder, language)), /^blink plugin build\nblink plugin test .*\nblink plugin dev$/m)
    const settings = blocksIn(readme).find((block) => block.language === 'yaml')!
    writeFileSync(join(folder, 'settings.yaml'), settings.content)
    const loaded = loadSettings({ file: join(folder, 'settings.yaml'), env: {}, flags: {}, folder })
    assert.equal(
      loaded.settings.plugins.map(({ path }) => path),
      ['my-plugin.wasm'],
    )
    const files = [...readme.matchAll(/^\| `([\w./-]+)`/gm)].map(([, file]) => file!)
    const missing = files.filter((file) => !existsSync(join(folder, language, file)))
    assert.equal(missing, [], language)
  }
})

test('what README.md shows of a project and of its records is understood', (cleanup) => {
  const [project, record] = blocksOf('templates/README.md').map(({ content }) => content)
  const folder = workshopFolder(cleanup)
  writeFileSync(join(folder, 'blink-plugin.json'), project!)
  const { language, core } = JSON.parse(project!)
  assert.equal([readProject(folder).language, core], [language, 'core.wasm'])
  writeFileSync(join(folder, 'records.jsonl'), record!)
  assert.is(readRecords(join(folder, 'records.jsonl')).length, 1)
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
    const folder = workshopFolder(cleanup)
    newPlugin({ name: 'my-plugin', lang: language, dir: 'my-plugin' }, silentShell(folder))
    // Its packages are there, and `dev` goes on until it is interrupted: test/workshop/dev.test.ts.
    const own = typedIn(join(folder, 'my-plugin')).match(/^blink plugin (?!dev).*$/gm)!
    const { code, out } = await terminal(join(folder, 'my-plugin'), own.join('\n'), cleanup)
    assert.is(code, 0, out)
    assert.match(out, 'info: Hello from my-plugin')
    assert.match(out, '4 records, all as expected')
  })
  built.run()
}

test.run()
