import * as assert from 'uvu/assert'
import { produced, clientOf } from '../support/client.ts'
import { terminal } from '../support/commands.ts'
import { start, type Starting, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('blink consume', 15)

async function filled(cleanup: Cleanup, values: readonly string[] = ['a', 'b', 'c'], settings: Starting = {}) {
  const { brokers, broker } = await start(cleanup, { restPort: null, ...settings })
  const client = clientOf(cleanup, brokers)
  if (values.length > 0) await produced(client, 't', values, 0)
  return { ...terminal(cleanup, { brokers }), client, brokers, broker }
}

const starts: readonly [from: string, read: string][] = [
  ['earliest', 'abc'],
  ['beginning', 'abc'],
  ['1', 'bc'],
  ['99', ''],
  ['-2', 'bc'],
  ['-99', 'abc'],
  ['latest', ''],
  ['@0', 'abc'],
  ['1h', 'abc'],
  ['2020-01-01', 'abc'],
  ['2100-01-01T00:00:00Z', ''],
]
test('from an offset, from before the end, from a time', async (cleanup) => {
  const { out } = await filled(cleanup)
  for (const [from, read] of starts) assert.is(await out('consume', 't', '-e', '--from', from, '-f', '%s'), read, from)
})

test('so many, of one partition, of several topics', async (cleanup) => {
  const { out, client } = await filled(cleanup, ['a', 'b', 'c'], { partitionCount: 2 })
  await produced(client, 't', ['d'], 1)
  await produced(client, 'u', ['e'], 0)
  assert.is(await out('consume', 't', '-n', '2', '-p', '0'), 'a\nb\n')
  assert.is(await out('consume', 't', '-e', '-p', '1'), 'd\n')
  const both = await out('consume', 't', 'u', '-e', '-f', '%t%p%s ')
  assert.equal(both.trim().split(' ').sort(), ['t0a', 't0b', 't0c', 't1d', 'u0e'])
})

test('it follows what comes until it is interrupted, which is a good end', async (cleanup) => {
  const { ask, client } = await filled(cleanup)
  const interruption = new AbortController()
  let written = ''
  const write = (bytes: Uint8Array) => {
    written += `${bytes}`
    return null
  }
  const running = ask(['consume', 't', '--from', 'latest'], { shell: { write }, interrupted: interruption.signal })
  cleanup.after(() => interruption.abort())
  // From when on it reads cannot be seen from outside: something comes until something is there.
  await until('something is read', async () => {
    await produced(client, 't', ['new'])
    return written !== ''
  })
  interruption.abort()
  assert.is((await running).code, 0)
  assert.match(written, /^(new\n)+$/)
})

test('a group goes on where it was', async (cleanup) => {
  const { out } = await filled(cleanup)
  assert.is(await out('consume', 't', '-g', 'g', '-n', '2'), 'a\nb\n')
  assert.is(await out('consume', 't', '-g', 'g', '-e'), 'c\n')
  assert.is(await out('consume', 't', '-g', 'g', '-e'), '')
  assert.is(await out('consume', 't', '-g', 'other', '--from', '-1', '-e', '--assignor', 'cooperative-sticky'), 'c\n')
})

test('a slow reader is waited for', async (cleanup) => {
  const { ask } = await filled(cleanup)
  let isWaiting = false
  const write = async () => {
    assert.not(isWaiting, 'nothing is written while the reader is busy')
    isWaiting = true
    await new Promise((resolve) => setTimeout(resolve, 20))
    isWaiting = false
  }
  assert.is((await ask(['consume', 't', '-e'], { shell: { write } })).code, 0)
  assert.not(isWaiting)
})

const wrongs: readonly [words: readonly string[], code: number, told: RegExp][] = [
  [['nowhere', '-e'], 1, /^blink: there is no topic nowhere; blink topics list names those there are$/],
  [['t', '-p', '7'], 1, /^blink: there is no partition 7 in t$/],
  [['t', '-g', 'g', '-p', '0'], 2, /--partition and --group exclude each other/],
  [['t', '--from', 'yesterday'], 2, /Use earliest, latest, an offset/],
  [['t', '-f', '%q'], 2, /%q stands for nothing; use %s/],
  [['t', '-n', '0'], 2, /whole number above 0/],
  [[], 2, /missing required argument 'topics'/],
]
test('what is wrong is told in a line, with the code of its kind', async (cleanup) => {
  const { ask } = await filled(cleanup)
  for (const [words, code, told] of wrongs) {
    const said = await ask(['consume', ...words])
    assert.is(said.code, code, words.join(' '))
    assert.match(said.told.join('\n'), told)
    assert.is(said.out, '')
  }
})

test('where nobody answers, the code is 3', async (cleanup) => {
  const { ask } = terminal(cleanup, { brokers: ['127.0.0.1:1'] })
  const { code, told } = await ask(['consume', 't'])
  assert.is(code, 3)
  assert.match(told[0]!, /^blink: no connection to 127\.0\.0\.1:1: .*; is the broker running\?$/)
})

test.run()
