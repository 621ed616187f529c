/** The command, as a process of its own: what it prints, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { printSettingsFile } from '../src/settings/reference.ts'
import { version } from '../src/base/version.ts'
import { type Cleanup, suite } from './support/suite.ts'

const test = suite('command line', 20)
const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url))
const anyPorts = ['--broker-ports', '0', '--rest-port', '0']

interface Blink {
  readonly process: ChildProcess
  readonly folder: string
  output: string
  errors: string
}

/** Starts the command in a folder of its own, in which there may be a settings.yaml. */
function blink(words: readonly string[], { after }: Cleanup, yaml?: string): Blink {
  const folder = mkdtempSync(join(tmpdir(), 'blink-cli-'))
  if (yaml !== undefined) writeFileSync(join(folder, 'settings.yaml'), yaml)
  const { PATH } = process.env
  const child = spawn(process.execPath, [cli, ...words], {
    cwd: folder,
    env: { PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started: Blink = { process: child, folder, output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    started.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    started.errors += text
  })
  after(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  return started
}

async function ended({ process }: Blink): Promise<number | null> {
  const [code] = await once(process, 'close')
  return code
}

async function httpPort(started: Blink): Promise<number> {
  for (;;) {
    const found = /HTTP on 127\.0\.0\.1:(\d+)/.exec(started.errors)
    if (found !== null) return Number(found[1])
    if (started.process.exitCode !== null) throw new Error(started.errors)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('--version prints the version', async (cleanup) => {
  const started = blink(['--version'], cleanup)
  assert.is(await ended(started), 0)
  assert.is(started.output, `${version}\n`)
})

test('config prints a settings.yaml that starts a broker', async (cleanup) => {
  const started = blink(['config'], cleanup)
  assert.is(await ended(started), 0)
  assert.is(started.output, printSettingsFile())
})

test('start is what it does when told nothing else, and help names every setting', async (cleanup) => {
  const started = blink(['start', '--help'], cleanup)
  assert.is(await ended(started), 0)
  for (const flag of ['--settings', '--broker-ports', '--plugins', '--log-level']) assert.match(started.output, flag)
})

test('started on any port, it tells in a file where it is, until it stops', async (cleanup) => {
  const started = blink(['start', '--port', '0', '--ready-file', 'ready.json'], cleanup)
  const file = join(started.folder, 'ready.json')
  while (!existsSync(file) && started.process.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
  const { bootstrap, http, pid } = JSON.parse(readFileSync(file, 'utf8'))
  assert.match(bootstrap, /^127\.0\.0\.1:\d+$/)
  assert.is(pid, started.process.pid)
  assert.is((await fetch(`${http}/health`, { headers: { connection: 'close' } })).status, 200)
  started.process.kill('SIGTERM')
  assert.is(await ended(started), 0)
  assert.is(existsSync(file), false)
})

const usages: readonly [words: readonly string[], message: RegExp][] = [
  [['--nonsense'], /^blink: unknown option '--nonsense'/],
  [['nonsense'], /^blink: there is no command nonsense; blink help lists those there are\n$/],
  [['start', 'topcs'], /^blink: there is no command topcs; did you mean topics\?\n$/],
  [['topics', 'lst'], /^blink: unknown command 'lst' \(Did you mean list\?\)\n$/],
  [['--rest-port'], /^blink: option '--rest-port <port or off>' argument missing/],
  [['--rest-port', '70000'], /^blink: command line: --rest-port is 70000; use 0–65535\n$/],
  [['-s', 'nowhere.yaml'], /^blink: nowhere\.yaml: there is no such file; /],
]

for (const [words, message] of usages) {
  test(`${words.join(' ')} ends with code 2 and one line`, async (cleanup) => {
    const started = blink(words, cleanup)
    assert.is(await ended(started), 2)
    assert.match(started.errors, message)
    assert.is(started.output, '')
  })
}

test('every mistake in settings.yaml is told in a line of its own', async (cleanup) => {
  const started = blink([], cleanup, 'rest_port: 70000\nretention: never\n')
  assert.is(await ended(started), 2)
  assert.match(started.errors, /^blink: settings\.yaml: rest_port .*\nblink: settings\.yaml: retention .*\n$/)
})

test('a port in use is named with the remedy', async (cleanup) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  cleanup.after(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? `${address.port}` : ''
  const started = blink(['--broker-ports', port, '--rest-port', 'off'], cleanup)
  assert.is(await ended(started), 1)
  const lines = started.errors.trimEnd().split('\n')
  assert.match(lines.at(-1)!, new RegExp(`^blink: broker_ports: port ${port} .* is in use; `))
  assert.not.match(started.errors, /\n\s+at /)
})

test('a plugin that is not there ends the start with its name', async (cleanup) => {
  const started = blink([...anyPorts, '--plugin-paths', 'nowhere.wasm'], cleanup)
  assert.is(await ended(started), 1)
  assert.match(started.errors.trimEnd().split('\n').at(-1)!, /^blink: Plugin 'nowhere\.wasm' /)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`the settings.yaml of the folder is obeyed, and ${signal} ends with code 0`, async (cleanup) => {
    const started = blink([], cleanup, 'broker_ports: 0\nrest_port: 0\nboot_topic: orders\ntrace: []\n')
    const port = await httpPort(started)
    const { topics } = (await (await fetch(`http://127.0.0.1:${port}/dump`)).json()) as { topics: { name: string }[] }
    assert.equal(
      topics.map(({ name }) => name),
      ['orders'],
    )
    assert.match(started.errors, / WARN blink::server: settings\.yaml: trace has no effect any more: /)
    started.process.kill(signal)
    assert.is(await ended(started), 0)
  })
}

test('a stop answers who waits for records', async (cleanup) => {
  const started = blink([...anyPorts, '--boot-topic', 't'], cleanup)
  const port = await httpPort(started)
  const waiting = fetch(`http://127.0.0.1:${port}/fetch?topic=t&wait_ms=60000`)
  await fetch(`http://127.0.0.1:${port}/health`)
  started.process.kill('SIGTERM')
  assert.is((await waiting).status, 200)
  assert.is(await ended(started), 0)
})

test.run()
