import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { nodeFinding } from '../../src/commands/doctor.ts'
import { terminal } from '../support/commands.ts'
import { testCachePath } from '../support/plugins.ts'
import { guardPath, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/workshop-shell.ts'

const test = suite('blink doctor', 20)

async function examined(cleanup: Cleanup, yaml: string) {
  const folder = temporaryFolder(cleanup)
  writeFileSync(join(folder, 'settings.yaml'), `plugin_cache_path: ${testCachePath}\n${yaml}`)
  const { code, out } = await terminal(cleanup).ask(['doctor'], { shell: { folder } })
  return { code, lines: out.trim().split('\n') }
}

test('where all is well, it says what it looked at', async (cleanup) => {
  const { code, lines } = await examined(
    cleanup,
    `broker_ports: 0\nrest_port: 0\nplugin_paths: ["${resolve(guardPath)}"]\n`,
  )
  assert.is(code, 0, lines.join('\n'))
  assert.match(lines[0]!, /^ok +versions +Blink \S+, Node\.js \S+ on /)
  assert.ok(lines.every((line) => line.startsWith('ok ')))
  assert.match(lines.at(-1)!, /guard\.wasm would be loaded$/)
})

test('a mistake in the settings, a plugin that is not there, a port that is taken', async (cleanup) => {
  const mistaken = await examined(cleanup, 'rest_port: 70000\n')
  assert.is(mistaken.code, 1)
  assert.match(mistaken.lines.at(-1)!, /^wrong +settings +settings\.yaml: rest_port is 70000; use 0–65535$/)
  const other = createServer((socket) => socket.end('no Kafka')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  cleanup.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const taken = await examined(cleanup, `broker_ports: ${port}\nrest_port: off\nplugin_paths: [nowhere.wasm]\n`)
  assert.is(taken.code, 1)
  const wrong = taken.lines.filter((line) => line.startsWith('wrong'))
  assert.match(wrong[0]!, new RegExp(`broker_ports: ${port} is taken, by no Kafka; end what listens there`))
  assert.match(wrong[1]!, /nowhere\.wasm.* was not found/)
})

test('of a broker it says what clients are told, and whether that leads anywhere', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, brokerPorts: [0, 0] })
  const well = await terminal(cleanup, { brokers: [brokers[0]!] }).blink('doctor')
  assert.is(well.code, 0)
  assert.match(well.out, /^ok +cluster +\S+, 2 brokers, controller 1$/m)
  assert.ok(well.out.includes(`clients of broker 2 are told to connect to ${brokers[1]}, which works from here`))
  const elsewhere = await start(cleanup, { restPort: null, kafkaHostname: 'nowhere.invalid' })
  const lost = await terminal(cleanup, { brokers: elsewhere.brokers }).blink('doctor', '--json')
  assert.is(lost.code, 1)
  const findings = lost.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.match(findings.at(-1).message, /nowhere\.invalid:\d+, and that fails from here: .*; set kafka_hostname/)
  assert.is((await terminal(cleanup, { brokers: ['127.0.0.1:1'] }).blink('doctor')).code, 1)
})

test('a Node.js that is too old is named with the remedy', () => {
  assert.is(nodeFinding('22.1.0').state, 'ok')
  assert.match(nodeFinding('18.20.1').message, /; Blink needs 20 or later/)
  assert.is(nodeFinding('18.20.1').state, 'wrong')
})

test.run()
