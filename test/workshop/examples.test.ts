/** examples/plugins: each says of its records what they expect, with its settings; those whose tools are here. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadSettings } from '../../src/settings/file.ts'
import { readProject } from '../../src/workshop/project.ts'
import { readRecords } from '../../src/workshop/records-file.ts'
import { blocksOf } from '../support/documents.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { missingForExample, terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('examples')
const root = 'examples/plugins'
const buildSecondsMax = 300

const examples = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

test('there are nine, in all the languages', () => {
  assert.is(examples.length, 9)
  const used = examples.map((name) => readProject(join(root, name)).language)
  assert.equal([...new Set(used)].sort(), ['assemblyscript', 'c', 'go', 'python', 'rust', 'typescript'])
})

test('each is said in a line what it is, and has settings and expectations', () => {
  const list = readFileSync(join(root, 'README.md'), 'utf8')
  for (const name of examples) {
    assert.match(list, `[${name}](${name}/)`)
    assert.ok(existsSync(join(root, name, 'README.md')), name)
    const { settings } = loadSettings({ file: join(root, name, 'settings.yaml'), env: {}, flags: {}, folder: '.' })
    assert.equal(
      settings.plugins.map(({ path }) => path),
      [`${name}.wasm`],
    )
    assert.ok(
      readRecords(join(root, name, 'records.jsonl')).every(({ expect }) => expect !== null),
      name,
    )
  }
})

test('the token that token-check has one make is one of those that it is tried with', () => {
  const folder = join(root, 'token-check')
  const [made] = blocksOf(join(folder, 'README.md'))
  const { stdout } = spawnSync('sh', ['-c', made!.content], { encoding: 'utf8' })
  assert.match(readFileSync(join(folder, 'records.jsonl'), 'utf8'), `Bearer ${stdout.trim()}"`)
})

for (const name of examples) {
  const { language } = readProject(join(root, name))
  const built = suite(`the example ${name}`, buildSecondsMax, missingForExample(language))
  built('builds, and says what its records expect', async (cleanup) => {
    const folder = copied(name, cleanup)
    const [server] = blocksOf(join(root, name, 'README.md')).filter(({ content }) => content.startsWith('node server'))
    if (server !== undefined) await started(server.content.trim(), join(root, name), cleanup)
    const [typed] = blocksOf(join(root, 'README.md'))
    const commands = typed!.content.replaceAll('NAME', name)
    const { code, out } = await terminal(join(folder, root, name), commands, cleanup)
    assert.is(code, 0, out)
    assert.match(out, 'all as expected')
  })
  built.run()
}

/** With what it shares with templates, so that what is built here stays out of the source. */
function copied(name: string, cleanup: Cleanup): string {
  const folder = workshopFolder(cleanup)
  for (const part of ['templates', join(root, name)]) {
    mkdirSync(join(folder, part), { recursive: true })
    cpSync(part, join(folder, part), { recursive: true, filter: isSource })
  }
  return folder
}

/** What somebody built in place is none. */
function isSource(path: string): boolean {
  return !/[/\\](build|target|packages|deps|node_modules)$|\.wasm$/.test(path)
}

/** Until it says that it is there. */
async function started(command: string, folder: string, { after }: Cleanup): Promise<void> {
  const child = spawn(`exec ${command}`, { shell: true, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  after(() => child.kill())
  await once(child.stdout, 'data')
}

test.run()
