/** A plugin that is loaded anew whenever it is saved, in a broker that goes on. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { startBroker } from '../../src/start.ts'
import { devPlugin, settled } from '../../src/workshop/dev.ts'
import { until, settingsFor } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { askedWith, mistake, testShell, written } from '../support/workshop-shell.ts'

const test = suite('workshop: dev', 20)

const refusing = (word: string) =>
  `export const init = (host) => host.log('info', 'for ${word}')
  export const onRecord = (topic, partition, key, value) => !value.includes('${word}')`

/** Saved in one go, as editors do. */
function save(folder: string, text: string): void {
  renameSync(written(folder, 'saved', [text]), join(folder, 'p.mjs'))
}

async function developing(cleanup: Cleanup, what: string, folder: string) {
  const shell = testShell(cleanup, { folder })
  const interruption = new AbortController()
  let http = ''
  const ended = devPlugin(
    {
      what,
      cachePath: null,
      interrupted: interruption.signal,
      async start({ file }, judge, logger) {
        const settings = settingsFor({ brokerPorts: [0], restPort: 0 })
        const broker = await startBroker(settings, { logger, judge, plugins: [askedWith(file).plugin] })
        http = `127.0.0.1:${broker.httpPort}`
        return { name: askedWith(file).plugin.name, kafka: 'here', http, close: () => broker.close() }
      },
    },
    shell,
  )
  cleanup.after(async () => {
    interruption.abort()
    assert.is(await ended, 0)
  })
  const produce = async (value: string) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ topic: 't', value })
    return (await fetch(`http://${http}/produce`, { method: 'POST', headers, body })).ok
  }
  const told = (text: string) => until(`it says ${text}`, () => shell.told.join('\n').includes(text))
  return { shell, produce, told }
}

test('a save is a reload, verdicts are printed, and a broken one leaves the last in place', async (cleanup) => {
  const { folder } = testShell(cleanup)
  save(folder, refusing('bad'))
  const { shell, produce, told } = await developing(cleanup, 'p.mjs', folder)
  await told('starting: built in')
  assert.not.ok(await produce('bad'))
  assert.ok(await produce('worse'))
  save(folder, refusing('worse'))
  await told('p.mjs: built in')
  assert.ok(await produce('bad'))
  assert.not.ok(await produce('worse'))
  save(folder, 'export const nothing = 1')
  await told('the plugin of before goes on')
  assert.not.ok(await produce('worse'))
  const rows = shell.answer
    .filter((line) => line.startsWith('t-0'))
    .map((line) => line.split(/ {2,}/).slice(1, 3).join(' '))
  assert.equal(rows, ['bad reject', 'worse accept', 'bad accept', 'worse reject', 'worse reject'])
  assert.ok(shell.answer.includes('  info: for worse'))
})

test('one that does not start at first is waited for', async (cleanup) => {
  const { folder } = testShell(cleanup)
  save(folder, 'export const nothing = 1')
  const { produce, told } = await developing(cleanup, 'p.mjs', folder)
  await told('waiting for a change')
  save(folder, refusing('bad'))
  await told('Kafka on here')
  assert.not.ok(await produce('bad'))
})

test('a project whose build fails says why', async (cleanup) => {
  const { folder } = testShell(cleanup)
  const project = {
    name: 'p',
    edition: '0.2',
    build: [['sh', '-c', 'echo no such thing; exit 1']],
    script: 'p.js',
    out: 'p.wasm',
  }
  written(folder, 'blink-plugin.json', [project])
  const { told } = await developing(cleanup, '.', folder)
  await told('no such thing')
  await told('waiting for a change')
})

test('a file that is still being written is waited for, within a bound', async (cleanup) => {
  const clock = new ManualClock()
  const shell = testShell(cleanup, { clock })
  const looksUntil = async (settles: number) => {
    let looks = 0
    const look = () => new Map([['p.ts', `${Math.min(++looks, settles)}`]])
    const done = settled({ look }, new Map([['p.ts', '0']]), shell, new AbortController().signal)
    let isDone = false
    done.then(() => (isDone = true))
    for (; !isDone; await null) clock.advance(10)
    return looks
  }
  assert.is(await looksUntil(2), 3)
  assert.is(await looksUntil(Number.POSITIVE_INFINITY), 20)
})

test('what is not there is wrong usage', async (cleanup) => {
  const { folder } = testShell(cleanup)
  const refused = await mistake(async () => {
    const start = async () => ({ name: '', kafka: '', http: null, close: async () => {} })
    await devPlugin(
      { what: 'nowhere', cachePath: null, start, interrupted: new AbortController().signal },
      testShell(cleanup, { folder }),
    )
  })
  assert.match(refused.message, /nowhere is not there: name a plugin's file or the folder of its project$/)
  assert.is(refused.exitCode, 2)
})

test.run()
