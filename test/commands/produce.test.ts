import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { terminal } from '../support/commands.ts'
import { guardPath, plugin, start, type Starting } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const test = suite('blink produce', 15)
const shown = ['consume', 't', '--end', '-f', '%p %k=%s (%S) %h\\n']

async function opened(cleanup: Cleanup, settings: Starting = {}) {
  const { brokers } = await start(cleanup, { restPort: null, ...settings })
  return terminal(cleanup, { brokers })
}

test('a record for each line, and a summary beside the answer', async (cleanup) => {
  const { ask, out } = await opened(cleanup)
  const said = await ask(['produce', 't'], { input: 'a\r\nb\n\nc' })
  assert.equal([said.code, said.out, said.told], [0, '', ['4 records in t, partition 0 at offsets 0 to 3']])
  assert.is(await out(...shown), '0 =a (1) \n0 =b (1) \n0 = (0) \n0 =c (1) \n')
})

test('keys, headers, tombstones and the partition are said by flags', async (cleanup) => {
  const { ask, out } = await opened(cleanup, { partitionCount: 3 })
  const flags = ['-K', ':', '-H', 'a=1', '--header', 'b=x=y', '-p', '2', '-Z', '-z', 'gzip']
  assert.is((await ask(['produce', 't', ...flags], { input: 'k:v:w\nl:\n' })).code, 0)
  await ask(['produce', 't', '-p', '2', '-k', 'same'], { input: 'x\n' })
  assert.is(await out(...shown), '2 k=v:w (3) a=1,b=x=y\n2 l= (-1) a=1,b=x=y\n2 same=x (1) \n')
})

test('lines of JSON say each what they are', async (cleanup) => {
  const { ask, out } = await opened(cleanup, { partitionCount: 2 })
  const input = [
    { partition: 1, key: 'k', value: { a: 1 }, headers: { h: 'x' }, timestamp: 7 },
    { partition: 1, value: { base64: 'AAE=' } },
    { partition: 1, value: null },
  ]
  const lines = input.map((one) => JSON.stringify(one)).join('\n')
  assert.is((await ask(['produce', 't', '-f', 'ndjson', '-k', 'other'], { input: lines })).code, 0)
  assert.is(await out(...shown), '1 k={"a":1} (7) h=x\n1 other=\0\x01 (2) \n1 other= (-1) \n')
})

test('what consume prints as JSON, produce reads again', async (cleanup) => {
  const { ask, out } = await opened(cleanup)
  await ask(['produce', 't', '-k', 'k', '-H', 'h=1'], { input: Buffer.from([0xff, 0x0a]) })
  const lines = await out('consume', 't', '-e', '--json')
  await ask(['produce', 'u', '-f', 'ndjson'], { input: lines })
  assert.is(await out('consume', 'u', '-e', '--json'), lines.replace('"topic":"t"', '"topic":"u"'))
})

test('files: lines of each, or each a record', async (cleanup) => {
  const { ask, out } = await opened(cleanup)
  const folder = temporaryFolder(cleanup)
  writeFileSync(join(folder, 'one'), 'a\nb\n')
  writeFileSync(join(folder, 'two'), 'c')
  await ask(['produce', 't', 'one', 'two'], { shell: { folder } })
  await ask(['produce', 't', 'one', '-f', 'file'], { shell: { folder } })
  assert.is(await out('consume', 't', '-e', '-f', '[%s]'), '[a][b][c][a\nb\n]')
})

test('somebody who looks is shown how much of the files is done', async (cleanup) => {
  const { ask } = await opened(cleanup)
  const folder = temporaryFolder(cleanup)
  writeFileSync(join(folder, 'many'), 'x\n'.repeat(12))
  let nowMs = 0
  const drawn: string[] = []
  const shell = {
    folder,
    isTerminal: true,
    stopwatch: () => (nowMs += 2000),
    draw: (text: string) => void drawn.push(text),
  }
  await ask(['produce', 't', 'many', '--rate', '20'], { shell })
  assert.match(drawn[0]!, /█+ 100 % {2}\d+ records … \d+ s$/)
  assert.is(drawn.at(-1), '\r\x1b[K')
})

test('with --json each record is a line that says where it is', async (cleanup) => {
  const { ask } = await opened(cleanup)
  const { out, told } = await ask(['produce', 't', '--json'], { input: 'a\nb\n' })
  assert.equal(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { topic: 't', partition: 0, offset: 0 },
      { topic: 't', partition: 0, offset: 1 },
    ],
  )
  assert.equal(told, [])
})

test('a refused record is named, the others are stored, and the code is 1', async (cleanup) => {
  const { ask, out } = await opened(cleanup, { plugins: [plugin(guardPath)] })
  const { code, told } = await ask(['produce', 't'], { input: 'a\n\nb\n' })
  assert.is(code, 1)
  assert.match(told[0]!, /^blink: line 2 was refused by t: INVALID_RECORD: .*guard/)
  assert.equal(told.slice(1), ['2 records in t, partition 0 at offsets 0 to 1', '1 record refused'])
  assert.is(await out('consume', 't', '-e'), 'a\nb\n')
})

test('--rate spreads records over time', async (cleanup) => {
  const { ask } = await opened(cleanup)
  const startMs = performance.now()
  await ask(['produce', 't', '--rate', '100'], { input: 'a\n'.repeat(11) })
  assert.ok(performance.now() - startMs >= 95, 'ten gaps of 10 ms')
})

test('Ctrl-C sends what was read, and says that it was not all', async (cleanup) => {
  const { ask, out } = await opened(cleanup)
  const interruption = new AbortController()
  async function* input() {
    yield Buffer.from('a\nb\n')
    interruption.abort()
    await new Promise(() => {})
  }
  const { code } = await ask(['produce', 't'], { shell: { input }, interrupted: interruption.signal })
  assert.is(code, 130)
  assert.ok(['', 'a\nb\n'].includes(await out('consume', 't', '-e').catch(() => '')))
})

const wrongs: readonly [words: readonly string[], code: number, told: RegExp][] = [
  [['t', 'nowhere.txt'], 2, /^blink: nowhere\.txt: there is no such file; /],
  [['t', '.'], 2, /is a folder/],
  [['t', '-K', ':'], 1, /^blink: line 1 holds no ":", which --key-separator promises$/],
  [['t', '-f', 'ndjson'], 1, /^blink: standard input:1 is not JSON/],
  [['t', '-f', 'ndjson', '-K', ':'], 2, /--key-separator is for lines/],
  [['t', '-p', '9'], 2, /topic t has no partition 9; it has 0 to 0$/],
  [['t', '-H', 'x'], 2, /Write name=value/],
  [['t', '--rate', '0'], 2, /whole number above 0/],
  [['t', '-z', 'rar'], 2, /Allowed choices are none, gzip/],
  [['nowhere', '--no-create'], 1, /there is no topic nowhere; /],
]
test('what is wrong is told in a line, with the code of its kind', async (cleanup) => {
  const { ask } = await opened(cleanup, { bootTopics: ['t'] })
  for (const [words, code, told] of wrongs) {
    const said = await ask(['produce', ...words], { input: 'x\n' })
    assert.is(said.code, code, words.join(' '))
    assert.match(said.told.join('\n'), told, words.join(' '))
  }
})

test.run()
