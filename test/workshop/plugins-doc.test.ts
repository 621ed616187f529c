/** docs/plugins.md is true: its commands run, in its order, its settings are settings, and its links lead somewhere. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load as parseYaml } from 'js-yaml'
import * as assert from 'uvu/assert'
import { capabilityTable } from '../../src/settings/capabilities.ts'
import { loadSettings } from '../../src/settings/file.ts'
import { pluginTable } from '../../src/settings/plugins.ts'
import { newPlugin } from '../../src/workshop/new.ts'
import { languages } from '../../src/workshop/project.ts'
import { readRecords } from '../../src/workshop/records-file.ts'
import { witSource } from '../../src/workshop/wit.ts'
import { blocksOf } from '../support/documents.ts'
import { kafkajs, producing } from '../support/kafkajs.ts'
import { plugin, start } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { missingFor, silentShell, terminal, workshopFolder } from '../support/workshop.ts'

const test = suite('docs/plugins.md', 390)
const file = 'docs/plugins.md'
const text = readFileSync(file, 'utf8')

const blocks = blocksOf(file)

function blockIn(language: string): string {
  return blocks.find((block) => block.language === language)!.content
}

/** Blocks that need more than `npm test` has: by their kind, why they are left out; null when they are not. */
function leftOut(kind: string): string | null {
  if (kind === 'npm' || kind === 'slow') return missingFor('go') === null ? null : `${kind} commands`
  return (languages as readonly string[]).includes(kind) ? missingFor(kind) : null
}

for (const kind of new Set(blocks.map(({ kind }) => kind))) {
  const why = leftOut(kind)
  if (why !== null) process.stdout.write(`left out of ${file}: ${why}\n`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** As one script: the first settings become settings.yaml, and the broker runs beside what follows. */
function script(kafka: number, http: number): string {
  const [settings] = blocks.filter(({ kind }) => kind === 'settings')
  const commands = blocks.filter(({ language, kind }) => language === 'sh' && leftOut(kind) === null)
  return commands
    .map(({ kind, content }) => {
      if (kind !== 'broker') return content
      const yaml = `${settings!.content}broker_ports: [${kafka}]\nrest_port: ${http}\n`
      const wait = `until curl -sf localhost:${http}/health > health; do sleep 0.1; done`
      return `cat > settings.yaml <<'EOF'\n${yaml}EOF\n${content.trim()} & trap "kill $!" EXIT\n${wait}\n`
    })
    .join('')
    .replaceAll('localhost:30005', `localhost:${http}`)
    .replaceAll('--topic greetings', `--topic greetings --broker localhost:${kafka}`)
    .replaceAll('curl -s ', "curl -s -w '\\nstatus %{http_code}\\n' ")
}

test('its commands run, from nothing to a plugin that is asked, and do what it says', async (cleanup) => {
  const [kafka, http] = [await freePort(), await freePort()]
  const { code, out } = await terminal(workshopFolder(cleanup), script(kafka, http), cleanup)
  assert.is(code, 0, out)
  assert.match(out, '4 records, all as expected')
  assert.match(out, 'the value is empty')
  assert.match(out, 'wasm_plugin_executions_total')
  const statuses = [...out.matchAll(/^status (\d+)$/gm)].map(([, status]) => Number(status))
  assert.ok(statuses.length > 10, out)
  // One record is refused; everything else succeeds.
  const [, refused] = statuses.splice(0, 2)
  assert.ok(refused! >= 400 && refused! < 500, `${refused}`)
  assert.equal(
    statuses.filter((status) => status < 200 || status >= 300),
    [],
    out,
  )
})

test('its settings are settings', () => {
  const all = blocks.filter(({ kind }) => kind === 'settings')
  assert.is(all.length, 3)
  for (const [at, { content }] of all.entries()) {
    const path = join(tmpdir(), `blink-plugins-doc-${process.pid}-${at}.yaml`)
    writeFileSync(path, content)
    const { settings } = loadSettings({ file: path, env: { USER: 'alice' }, flags: {}, folder: '.' })
    rmSync(path)
    assert.is(settings.plugins.length, (parseYaml(content) as { plugins: unknown[] }).plugins.length)
  }
})

test('it names every setting of a plugin and every capability', () => {
  const keys = [...Object.values(pluginTable), ...Object.values(capabilityTable)].map(({ key }) => key)
  assert.equal(
    keys.filter((key) => !text.includes(`\`${key}\``)),
    [],
  )
})

test('it names every language', () => {
  assert.equal(
    languages.filter((language) => !text.includes(`| \`${language}\` |`)),
    [],
  )
})

test('its plugin is the one that blink plugin new writes', () => {
  const [source] = blocks.filter(({ language }) => language === 'ts')
  const plain = (code: string) => code.replace(/^ *\/\*\*.*\n/gm, '')
  assert.match(plain(readFileSync('templates/typescript/plugin.ts', 'utf8')), source!.content)
})

test('its module in JavaScript refuses what it says', async (cleanup) => {
  const path = join(workshopFolder(cleanup), 'module.mjs')
  writeFileSync(path, blockIn('js'))
  const { brokers, lines } = await start(cleanup, { plugins: [plugin(path, { config: { greeting: 'Hi' } })] })
  assert.ok(lines().some((line) => line.includes('Hello with {"greeting":"Hi"}')))
  const producer = await producing(cleanup, kafkajs(brokers))
  await producer.send({ topic: 't', messages: [{ value: 'x' }] })
  const refused = await producer.send({ topic: 't', messages: [{ value: '' }] }).catch((error) => error)
  assert.is(refused.code, 87)
})

test('its record is one that plugins are tried with', (cleanup) => {
  const path = join(workshopFolder(cleanup), 'records.jsonl')
  writeFileSync(path, blockIn('json'))
  assert.equal(
    readRecords(path).map(({ expect }) => expect?.reason),
    ['empty'],
  )
})

test('its world is one that a component can be made for', async (cleanup) => {
  const parent = workshopFolder(cleanup)
  newPlugin({ name: 'hello', lang: 'typescript', dir: 'hello' }, silentShell(parent))
  const folder = join(parent, 'hello')
  const world = join(folder, 'wit', 'world.wit')
  const before = readFileSync(world, 'utf8')
  writeFileSync(world, before.replace(/^world plugin \{.*?^\}\n/ms, blockIn('wit')))
  assert.is.not(readFileSync(world, 'utf8'), before)
  const { componentEmbed, componentNew, componentWit } = await import('@bytecodealliance/jco-transpile/wasm-tools')
  const options = { dummy: true, witSource: witSource(folder), world: 'plugin' }
  const wit = await componentWit(await componentNew(await componentEmbed(options), []))
  for (const [, name] of blockIn('wit').matchAll(/(?:import|export) (.*);/g)) assert.match(wit, name!)
})

test('its links lead to files and headings that are there', () => {
  const targets = [...text.matchAll(/\]\(([^)#]*)(#[^)]*)?\)/g)]
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => `#${title!.toLowerCase().replaceAll(' ', '-')}`)
  const missing = targets
    .filter(([, path, heading]) =>
      path === '' ? !headings.includes(heading!) : !existsSync(join(dirname(file), path!)),
    )
    .map(([link]) => link)
  assert.equal(missing, [])
})

test.run()
