/** README.md is true: its commands run, its code does what it says, its settings exist and its links lead somewhere. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { load as parseYaml } from 'js-yaml'
import * as assert from 'uvu/assert'
import { settingsTable } from '../src/settings/settings.ts'
import { loadSettings } from '../src/settings/file.ts'
import { kafkajs, producing } from './support/kafkajs.ts'
import { withoutKcat } from './support/kcat.ts'
import { plugin, type Running, start } from './support/running.ts'
import { type Cleanup, suite } from './support/suite.ts'

const test = suite('README', 20)

const readme = readFileSync('README.md', 'utf8')

/** Between its heading and the next. */
function section(title: string): string {
  const found = readme.split(/^## /m).find((one) => one.startsWith(`${title}\n`))
  assert.ok(found, `there is no section “${title}”`)
  return found!
}

/** The fenced blocks of a language. */
function fenced(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code!)
}

/** The indented blocks: what a reader types into a terminal. */
function typed(text: string): string[] {
  const blocks = text.match(/(?:^ {4}.*\n)+/gm) ?? []
  return blocks.map((block) => block.replace(/^ {4}/gm, ''))
}

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function run(command: string, args: readonly string[], cwd?: string): Promise<Ended> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const written = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (written.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (written.err += text))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...written })))
}

/** In a terminal, as README says, but for the ports. */
async function terminal({ broker, brokers }: Running, commands: string): Promise<string> {
  const [address] = brokers
  const replaced = commands
    .replaceAll('localhost:30005', `localhost:${broker.httpPort}`)
    .replaceAll('localhost:9092', `localhost:${address!.split(':')[1]}`)
  const { code, out, err } = await run('sh', ['-euc', replaced])
  assert.is(code, 0, `${replaced}\n${err}`)
  return out
}

test('its first commands are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const commands = typed(readme)[0]!.match(/npm \w+/g)
  assert.equal(commands, ['npm ci', 'npm start', 'npm ci', 'npm test'])
  assert.ok(scripts.start && scripts.test)
})

test('what is posted with curl is fetched with curl', async (cleanup) => {
  const running = await start(cleanup)
  const [curls] = typed(section('Twenty seconds to a first message'))
  const out = await terminal(running, curls!)
  const [produced, fetched] = out.split(/(?<=\})\s*(?=\{"topic)/).map((text) => JSON.parse(text))
  assert.is(produced.offset, 0)
  assert.equal(
    fetched.records.map(({ key, value }: Record<string, string>) => [key, value]),
    [['a', 'Hello']],
  )
})

if (withoutKcat === null) {
  test('what is produced with kcat is consumed with kcat', async (cleanup) => {
    const [, kcats] = typed(section('Twenty seconds to a first message'))
    assert.is(await terminal(await start(cleanup), kcats!), 'Hello again\n')
  })
}

test('its plugin builds, greets and refuses what it says', async (cleanup) => {
  const [source] = fenced(section('Plugins'), 'ts')
  const { code } = await transform(source!, { loader: 'ts' })
  const { componentize } = createRequire(import.meta.url)('componentize-qjs')
  // The smaller runtime is compiled in two thirds of the time.
  const options = { witPath: 'wit', world: 'blink-plugin', jsSource: code, sync: true, stubWasi: true, optSize: true }
  const { component } = await componentize(options)
  const path = join(temporary(cleanup), 'readme.wasm')
  writeFileSync(path, component)
  const { brokers, lines } = await start(cleanup, { plugins: [plugin(path)] })
  assert.ok(lines().includes('info: 🔌 Plugin: Hello world from TypeScript WASM plugin!'))
  const producer = await producing(cleanup, kafkajs(brokers))
  await producer.send({ topic: 't', messages: [{ value: 'x' }] })
  const refused = await producer.send({ topic: 't', messages: [{ value: '' }] }).catch((error) => error)
  assert.is(refused.code, 87)
})

test('its test starts a broker, uses it and ends', async (cleanup) => {
  const [snippet] = fenced(section('Inside a test'), 'ts')
  // Somewhere in the project, where the package's own name leads to what was built.
  const file = fileURLToPath(new URL(`readme-${process.pid}.mjs`, import.meta.url))
  const uses = `
    const producer = kafka.producer()
    await producer.connect()
    const [{ baseOffset }] = await producer.send({ topic: 't', messages: [{ value: 'x' }] })
    console.log(baseOffset)
    await producer.disconnect()
    await broker.close()`
  const imports = snippet!.includes("from 'kafkajs'") ? '' : "import { Kafka } from 'kafkajs'\n"
  writeFileSync(file, `${imports}${snippet!.replace('await broker.close()', uses)}`)
  cleanup.after(() => rmSync(file))
  const { code, out, err } = await run(process.execPath, [file])
  assert.is(code, 0, err)
  assert.is(out.trim().split('\n').at(-1), '0')
})

test('its settings.yaml is one, and so is the one of the project', () => {
  for (const yaml of fenced(readme, 'yaml')) {
    const file = join(tmpdir(), `blink-readme-${process.pid}.yaml`)
    writeFileSync(file, yaml)
    const { settings } = loadSettings({ file, env: {}, flags: {}, folder: '.' })
    rmSync(file)
    const { plugin_paths: paths = [] } = parseYaml(yaml) as { plugin_paths?: string[] }
    assert.is(settings.pluginPaths.length, paths.length)
  }
  const { settings } = loadSettings({ file: 'settings.yaml', env: {}, flags: {}, folder: '.' })
  assert.is(settings.brokerPorts[0], 9092)
})

test('its table of settings names settings with their defaults', () => {
  const all = Object.values(settingsTable)
  const rows = section('Settings').match(/^\| `.*$/gm) ?? []
  assert.ok(rows.length > 5)
  for (const row of rows) {
    const [, names = '', defaults = ''] = row.split('|')
    const told = defaults.split(', ').map((one) => one.trim().replaceAll('`', ''))
    for (const [at, name] of [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name!).entries()) {
      const setting = all.find(({ key }) => key === name)
      assert.ok(setting, `there is no setting ${name}`)
      const isNone = setting!.default === null || (Array.isArray(setting!.default) && setting!.default.length === 0)
      const really = isNone
        ? '–'
        : Array.isArray(setting!.default)
          ? JSON.stringify(setting!.default)
          : `${setting!.default}`
      assert.is(told[at] ?? told.at(-1), really, `the default of ${name}`)
    }
  }
})

test('its HTTP endpoints are all there', async (cleanup) => {
  const { get, post } = await start(cleanup)
  const rows = section('HTTP').match(/^\| `.*$/gm) ?? []
  assert.ok(rows.length > 5)
  for (const row of rows) {
    const isPost = row.startsWith('| `POST')
    for (const [, path] of row.split('|')[1]!.matchAll(/(\/[a-z.]*)[^`]*`/g)) {
      const { status } = isPost ? await post(path!, {}) : await get(path!)
      // Without parameters a request may be refused, but not for being unknown.
      assert.ok([200, 400].includes(status), `${path} answers ${status}`)
    }
  }
})

for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/README.md']) {
  test(`the links of ${file} lead to files that are there`, () => {
    const text = readFileSync(file, 'utf8')
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!)
    const missing = targets.filter((target) => !/^\w+:/.test(target) && !existsSync(join(dirname(file), target)))
    assert.equal(missing, [])
  })
}

function temporary({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-readme-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

test.run()
