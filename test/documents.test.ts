/** Every block of every document is run by a test: which one, stands here, and a block without one fails. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type Block, blocksIn, blocksOf, documents } from './support/documents.ts'
import { suite } from './support/suite.ts'

const test = suite('documents')

/** Those of the blocks that it runs: by their languages, '' for what is typed; all, where none is named. */
interface Runner {
  readonly file: string
  readonly languages?: readonly string[]
}

const recipes = 'scripts/recipes.js'
const templates = 'test/workshop/templates.test.ts'
const examples = 'test/workshop/examples.test.ts'

const runners: Readonly<Record<string, readonly Runner[]>> = {
  'README.md': [{ file: 'test/readme.test.ts', languages: ['', 'ts', 'yaml'] }],
  'CONTRIBUTING.md': [{ file: 'test/documents.test.ts' }],
  'docs/command-line.md': [
    { file: 'test/commands/command-line-doc.test.ts', languages: ['console'] },
    { file: 'test/documents/command-line.test.ts', languages: [''] },
  ],
  'docs/http.md': [{ file: 'test/http/http-doc.test.ts', languages: ['sh'] }],
  'docs/plugins.md': [
    { file: 'test/workshop/plugins-doc.test.ts', languages: ['sh', 'yaml', 'ts', 'js', 'json', 'wit'] },
  ],
  'docs/rest-proxy.md': [{ file: 'test/scenarios/rest-proxy.test.ts', languages: [''] }],
  'docs/security.md': [
    {
      file: 'test/documents/security.test.ts',
      languages: ['yaml', 'sh', 'properties', 'js', 'python', 'go'],
    },
  ],
  'docs/testing.md': [{ file: recipes, languages: ['', 'js'] }],
  'docs/testing-go.md': [{ file: recipes, languages: ['', 'go'] }],
  'docs/testing-java.md': [{ file: recipes, languages: ['xml', 'java'] }],
  'docs/testing-python.md': [{ file: recipes, languages: ['', 'python'] }],
  'examples/plugins/README.md': [{ file: examples }],
  'examples/plugins/enrichment-cache/README.md': [{ file: examples }],
  'examples/plugins/token-check/README.md': [{ file: examples }],
  'templates/README.md': [{ file: templates, languages: ['json'] }],
  'test/bench/README.md': [{ file: 'test/documents.test.ts' }],
}
for (const language of ['assemblyscript', 'c', 'go', 'python', 'rust', 'typescript']) {
  Object.assign(runners, { [`templates/${language}/README.md`]: [{ file: templates, languages: ['', 'yaml'] }] })
}

/** Pictures, not commands. */
const pictures: Readonly<Record<string, string>> = { 'src/README.md': 'The way of a record' }

function runnersOf(document: string, { language }: Block): readonly Runner[] {
  const all = runners[document] ?? []
  return all.filter(({ languages }) => languages === undefined || languages.includes(language))
}

test('each block has one test that runs it', () => {
  const without = documents().flatMap((document) =>
    blocksOf(document)
      .filter((block) => pictures[document] !== block.section && runnersOf(document, block).length !== 1)
      .map(({ line, language }) => `${document}:${line}: no test runs this ${language || 'terminal'}`),
  )
  assert.equal(without, [])
})

test('each of these tests has blocks of its document to run', () => {
  for (const [document, all] of Object.entries(runners)) {
    const blocks = blocksOf(document)
    for (const { file, languages = [''] } of all) {
      for (const language of languages) {
        const found = blocks.some((block) => block.language === language)
        assert.ok(found, `${file}: ${document} has no block in ${language || 'a terminal'}`)
      }
    }
  }
})

test('a block is found with its place, its heading and what it is', () => {
  const text = [
    '# One',
    '',
    '    typed',
    '',
    '    more',
    '',
    '```sh slow',
    'fenced',
    '```',
    '- item',
    '    no block',
    '',
  ]
  assert.equal(blocksIn(text.join('\n')), [
    { language: '', kind: '', content: 'typed\n\nmore\n', line: 3, section: 'One' },
    { language: 'sh', kind: 'slow', content: 'fenced\n', line: 8, section: 'One' },
  ])
})

/** What takes minutes is not run by a test, but by .ci/run; that it is there at all is seen here. */
for (const document of ['CONTRIBUTING.md', 'test/bench/README.md']) {
  test(`what ${document} has one type is there`, () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const ci = readFileSync('.ci/run', 'utf8')
    const typed = blocksOf(document).map(({ content }) => content.replaceAll(/ #.*$/gm, ''))
    const commands = typed.join('').split(/ *(?:&&|\n) */)
    for (const command of commands.filter((one) => one !== '')) {
      const [, script] = /^npm (?:run )?(\S+)/.exec(command) ?? []
      const [, file] = /^(?:node )?(\S+)$/.exec(command) ?? []
      if (script === 'ci') continue
      if (script === undefined) assert.ok(file !== undefined && readFileSync(file), command)
      else assert.ok(scripts[script], `there is no script for ${command}`)
      const [, words = ''] = / -- ([\w/]+)/.exec(command) ?? []
      if (script !== 'bench' && words !== 'groups') {
        assert.match(ci, script === undefined ? file!.replace('.ci/run', 'set -euo') : words || script, command)
      }
    }
  })
}

test.run()
