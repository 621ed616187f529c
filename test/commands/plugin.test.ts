/** `blink plugin …` as a process of its own. The stories of `new` and `build` are in workshop/templates.test.ts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { describe } from '../../src/commands/plugin.ts'
import { chaos } from '../support/components.ts'
import { until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('plugin commands', 20)
const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url))

function blink({ after }: Cleanup, folder: string, words: readonly string[]) {
  const child = spawn(process.execPath, [cli, 'plugin', ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const started = { child, out: '', errors: '', ended: once(child, 'close').then(([code]) => code as number | null) }
  child.stdout.setEncoding('utf8').on('data', (text) => (started.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (started.errors += text))
  after(() => child.kill('SIGKILL'))
  return started
}

test('check, test and bench say what they are asked, without colours', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  const file = await chaos()
  written(folder, 'records.jsonl', [{ value: 'a', expect: 'accept' }])
  const check = blink(cleanup, folder, ['check', file])
  assert.is(await check.ended, 0, check.errors)
  assert.match(check.out, /is a plugin\n {2}edition +blink:plugin@0\.1\n/)
  const tried = blink(cleanup, folder, ['test', file, 'records.jsonl'])
  assert.is(await tried.ended, 0, tried.errors)
  assert.match(tried.out, /1 record, all as expected\n$/)
  assert.not.match(check.out + tried.out, '\x1b')
})

test('bench prints a row for each size', async (cleanup) => {
  const bench = blink(cleanup, temporaryFolder(cleanup), ['bench', await chaos(), '--json', '--time', '5'])
  assert.is(await bench.ended, 0, bench.errors)
  assert.is(JSON.parse(bench.out).rows.length, 6)
})

test('dev serves until it is interrupted', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  written(folder, 'p.mjs', ['export const init = () => {}\nexport const onRecord = () => true'])
  const dev = blink(cleanup, folder, ['dev', 'p.mjs', '--broker-port', '0', '--rest-port', '0'])
  await until('it runs', () => /starting: built in/.test(dev.errors) || dev.child.exitCode !== null)
  const [, http] = /HTTP on ([\d.:]+)/.exec(dev.errors) ?? []
  const body = JSON.stringify({ topic: 't', value: 'v' })
  const headers = { 'content-type': 'application/json' }
  assert.ok((await fetch(`http://${http}/produce`, { method: 'POST', headers, body })).ok)
  await until('its verdict is printed', () => /t-0 +v +accept/.test(dev.out))
  dev.child.kill('SIGINT')
  assert.is(await dev.ended, 0, dev.errors)
})

const usages: readonly [words: readonly string[], code: number, message: RegExp][] = [
  [['new', 'x'], 2, /^blink: required option '-l, --lang <language>' not specified\n$/],
  [['new', 'X', '-l', 'c'], 2, /^blink: the name X will not do: /],
  [['build'], 2, /^blink: .* holds no blink-plugin\.json: .*\n$/],
  [['check', 'nowhere.wasm'], 1, /^blink: nowhere\.wasm was not found: .*\n$/],
  [['check', 'p.wasm', '--grant', 'fire'], 2, /^blink: /],
  [['test', 'p.wasm'], 2, /^blink: name either a file of records or a --topic, .*\n$/],
  [['dev', 'nowhere'], 2, /^blink: .*nowhere is not there: .*\n$/],
]
test('what is wrong is told in a line, with the code of its kind', async (cleanup) => {
  const folder = temporaryFolder(cleanup)
  written(folder, 'p.wasm', ['x'])
  for (const [words, code, message] of usages) {
    const wrong = blink(cleanup, folder, words)
    assert.is(await wrong.ended, code, words.join(' '))
    assert.match(wrong.errors, message)
    assert.is(wrong.out, '')
  }
})

test('each command has an example in its help', () => {
  const program = new Command('blink')
  const plugin = program.command('plugin')
  describe(plugin, async () => {})
  for (const command of plugin.commands) {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    assert.match(help, `Example:\n  blink plugin ${command.name()} `)
  }
})

test.run()
