/**
 * The short story, told by kcat, librdkafka's command. It administers nothing and ends every transaction by a commit:
 * so topics are made, and one transaction is aborted, by kafkajs.
 */
import { spawn } from 'node:child_process'
import { compressionTypes } from '../../../src/protocol/compression.ts'
import { kafkajs } from '../../support/kafkajs.ts'
import { address, codecRecords, groupRecords, groupTold, name, tell, told, until } from '../matrix/teller.ts'

const kafka = kafkajs([address])
const topic = `${name}-t`
const quick = ['-b', address, '-X', 'heartbeat.interval.ms=100', '-X', 'session.timeout.ms=10000', '-q']

interface Running {
  readonly ended: Promise<void>
  lines(): string[]
  /** As Ctrl-C does: it commits its offsets and leaves. */
  interrupt(): Promise<void>
}

function kcat(args: readonly string[], input = ''): Running {
  const child = spawn('kcat', [...quick, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stdin.end(input)
  const ended = new Promise<void>((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`kcat ${args.join(' ')}: ${code}`))))
  })
  return {
    ended,
    lines: () => out.split('\n').slice(0, -1),
    interrupt: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

async function produce(to: string, values: readonly string[], ...options: string[]): Promise<void> {
  await kcat(['-P', '-t', to, ...options], values.map((value) => `${value}\n`).join('')).ended
}

async function readAll(from: string, isolation = 'read_committed'): Promise<string[]> {
  const reading = kcat(['-C', '-e', '-o', 'beginning', '-t', from, '-X', `isolation.level=${isolation}`])
  await reading.ended
  return reading.lines()
}

async function compress(): Promise<void> {
  for (const codec of compressionTypes) {
    const values = codecRecords.map(({ key, value }) => `${key}=${value}`)
    await produce(`${name}-${codec}`, values, '-K=', '-X', `compression.codec=${codec}`, '-X', 'linger.ms=1000')
    tell(codec, told(await readAll(`${name}-${codec}`)))
  }
}

/** kcat prints no assignment of its own while it reads: how many partitions a member has, the coordinator knows. */
async function share(): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true })
  const groupId = `${name}-g`
  const join = () => kcat(['-G', groupId, '-u', '-X', 'auto.offset.reset=earliest', topic])
  const owned = async () => {
    const { groups } = await admin.describeGroups([groupId])
    // A member's assignment is at least that long when it has so many partitions of this one topic.
    const bare = 2 + 4 + 2 + topic.length + 4 + 4
    return `${groups[0]!.state} ${groups[0]!.members.map((each) => (each.memberAssignment.length - bare) / 4).sort()}`
  }
  const first = join()
  await until('the first owns all', async () => (await owned()) === 'Stable 4')
  const second = join()
  await until('both own two', async () => (await owned()) === 'Stable 2,2')
  await produce(
    topic,
    groupRecords.map(({ key, value }) => `${key}=${value}`),
    '-K=',
  )
  const values = () => [...first.lines(), ...second.lines()]
  await until('every record is read', () => values().length >= groupRecords.length)
  await second.interrupt()
  await until('the first owns all again', async () => (await owned()) === 'Stable 4')
  tell('group', '4, then 2 and 2, then 4')
  tell('group records', groupTold(values()))
  await first.interrupt()
  await produce(topic, ['later'])
  const third = join()
  await until('the third reads', () => third.lines().length > 0)
  tell('goes on', third.lines().join(' '))
  await third.interrupt()
  await admin.disconnect()
}

async function transact(): Promise<void> {
  const written = `${name}-tx`
  const transactional = ['-X', `transactional.id=${written}`]
  await produce(written, ['a'], ...transactional)
  const producer = kafka.producer({ transactionalId: written, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: written, messages: [{ value: 'b' }] })
  await transaction.abort()
  await producer.disconnect()
  await produce(written, ['c'], ...transactional)
  tell('read committed', (await readAll(written)).join(' '))
  tell('read uncommitted', (await readAll(written, 'read_uncommitted')).join(' '))
}

await compress()
await share()
await transact()
