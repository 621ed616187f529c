import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { removeReadyFile, writeReadyFile } from '../src/testing-ready-file.ts'
import { type Cleanup, suite } from './support/suite.ts'

const test = suite('ready file')

function folder({ after }: Cleanup): string {
  const made = mkdtempSync(join(tmpdir(), 'blink-ready-'))
  after(() => rmSync(made, { recursive: true }))
  return made
}

const where = { listenAddress: '127.0.0.1', kafkaHostname: null }

test('it tells where clients connect, and leaves nothing else behind', (cleanup) => {
  const at = folder(cleanup)
  const readyFile = join(at, 'ready.json')
  writeReadyFile({ ...where, readyFile }, { kafkaPorts: [1, 2], httpPort: 3 })
  assert.equal(JSON.parse(readFileSync(readyFile, 'utf8')), {
    bootstrap: '127.0.0.1:1,127.0.0.1:2',
    http: 'http://127.0.0.1:3',
    pid: process.pid,
  })
  assert.equal(readdirSync(at), ['ready.json'])
  removeReadyFile({ readyFile })
  removeReadyFile({ readyFile })
  assert.is(existsSync(readyFile), false)
})

test('an address that is every address is told as one that can be connected to', (cleanup) => {
  const readyFile = join(folder(cleanup), 'r')
  writeReadyFile({ listenAddress: '0.0.0.0', kafkaHostname: 'kafka', readyFile }, { kafkaPorts: [1], httpPort: null })
  const { bootstrap, http } = JSON.parse(readFileSync(readyFile, 'utf8'))
  assert.equal([bootstrap, http], ['kafka:1', null])
})

test('a folder that is not there is named', () => {
  const write = () => writeReadyFile({ ...where, readyFile: '/no/such/r' }, { kafkaPorts: [1], httpPort: null })
  assert.throws(write, /ready_file: .*\/no\/such.*; name a file in a folder that is there/)
  assert.not.throws(() => writeReadyFile({ ...where, readyFile: null }, { kafkaPorts: [], httpPort: null }))
})

test.run()
