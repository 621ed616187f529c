/**
 * librdkafka and the Java client send and read while brokers stop and start and leaders move: nothing is lost, nothing
 * is there twice. kafkajs does so in scenarios/cluster.test.ts.
 */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { createBroker, type RunningBroker } from '../../src/index.ts'
import { kafkaJars, plainKafka } from '../bench/brokers/kafka.ts'
import { had } from '../bench/place.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { quietJava } from './matrix/clients.ts'
import * as setUp from './matrix/set-up.ts'

const count = 3000
const ids = [1, 2, 3]
const limitSeconds = 150
/** Between two troubles: long enough for a client to find its way. */
const restMs = 300

/** Until the client has ended: each broker in turn stops and comes back, and each leader moves. */
async function troubled(broker: RunningBroker, ended: Promise<unknown>): Promise<number> {
  let isOver = false
  const over = ended.then(() => (isOver = true))
  let troubles = 0
  for (let turn = 0; !isOver; turn++) {
    const id = ids[turn % ids.length]!
    const rest = () => Promise.race([over, new Promise((resolve) => setTimeout(resolve, restMs))])
    broker.brokers.stop(id)
    await rest()
    await broker.brokers.start(id)
    await rest()
    for (const partition of ids.keys()) broker.brokers.moveLeader('numbers', partition)
    await rest()
    troubles++
  }
  return troubles
}

type Command = readonly [file: string, ...args: string[]]

/** Address, topic and count come after the command. */
async function lives(command: Command, { after }: Cleanup): Promise<void> {
  const topics = [{ name: 'numbers', partitions: 3, replicas: 3, configs: { 'min.insync.replicas': 2 } }]
  const broker = await createBroker({ restPort: null, brokerPorts: [0, 0, 0], topics })
  after(() => broker.close())
  const [file, ...args] = command
  const child = spawn(file, [...args, broker.bootstrap, 'numbers', `${count}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  after(() => child.kill('SIGKILL'))
  let out = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
  const troubles = await troubled(broker, new Promise((resolve) => child.on('close', resolve)))
  assert.is(out, `acknowledged: ${count}\nread: ${count}\neach once and in order: yes\n`, complaint.slice(-2000))
  assert.ok(troubles > 1, `${troubles} troubles`)
  const stored = await broker.records('numbers')
  assert.is(stored.length, count)
  assert.is(new Set(stored.map(({ value }) => value)).size, count)
}

const title = 'what is sent while brokers stop and leaders move is stored once, in order, and read so'

const python = await had(setUp.python)
const librdkafka = suite('librdkafka while brokers stop', limitSeconds, python.missing)
librdkafka(title, (cleanup) => lives([python.it!, '-B', resolve('test/clients/python/through_stops.py')], cleanup))
librdkafka.run()

const kafka = await had(() => plainKafka.prepare())
const java = suite('the Java client while brokers stop', limitSeconds, kafka.missing)
const program = resolve('test/clients/java/ThroughStops.java')
java(title, (cleanup) => lives(['java', ...quietJava, '-cp', `${kafkaJars}/*`, program], cleanup))
java.run()
