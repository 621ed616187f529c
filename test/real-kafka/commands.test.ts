/**
 * The commands against Apache Kafka, whose jars come from Maven Central: `npm test -- real-kafka`. Skipped where it
 * cannot be had.
 */
import * as assert from 'uvu/assert'
import { start } from '../bench/brokers/broker.ts'
import { plainKafka as kafka } from '../bench/brokers/kafka.ts'
import type { BrokerProcess } from '../bench/brokers/broker-process.ts'
import { compressionTypes } from '../../src/protocol/compression.ts'
import { terminal } from '../support/commands.ts'
import { kafkajs } from '../support/kafkajs.ts'
import { kcat, kcatOut, withoutKcat } from '../support/kcat.ts'
import { unique, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const missing = await kafka.prepare().then(
  () => null,
  (error: Error) => `Apache Kafka cannot be had here: ${error.message}`,
)
const test = suite('commands at Apache Kafka', 60, missing)

let running: Promise<BrokerProcess> | null = null

/** One broker serves all tests; each has topics of its own. */
async function opened(cleanup: Cleanup) {
  running ??= start(kafka)
  const address = `127.0.0.1:${(await running).port}`
  return { address, ...terminal(cleanup, { brokers: [address] }) }
}

test('topics are created, described, configured, grown and deleted', async (cleanup) => {
  const { blink, out } = await opened(cleanup)
  const t = unique('t')
  assert.equal((await blink('topics', 'create', t, '-p', '3', '-c', 'retention.ms=60000')).told, [
    `created ${t}, 3 partitions`,
  ])
  assert.match((await blink('topics', 'create', t)).told[0]!, /: TOPIC_ALREADY_EXISTS: /)
  assert.match(await out('topics', 'list'), new RegExp(`^${t} +3 +1 +0$`, 'm'))
  await out('topics', 'grow', t, '4')
  const described = JSON.parse(await out('topics', 'describe', t, '--json'))
  assert.equal([described.partitions.length, described.configs], [4, { 'retention.ms': '60000' }])
  assert.match(
    await out('topics', 'configs', t, '--set', 'cleanup.policy=compact'),
    /^cleanup\.policy +compact +topic$/m,
  )
  assert.match((await blink('topics', 'configs', t, '--set', 'x=y')).told[0]!, /INVALID_CONFIG: .*x/)
  assert.equal((await blink('topics', 'delete', t)).told, [`deleted ${t}`])
  assert.match((await blink('topics', 'delete', t)).told[0]!, new RegExp(`^blink: there is no topic ${t}; `))
  assert.match((await blink('consume', t, '-e')).told[0]!, /^blink: there is no topic/)
})

for (const codec of compressionTypes) {
  test(`what is produced with codec ${codec} is consumed, by kcat, too`, async (cleanup) => {
    const { ask, out, address } = await opened(cleanup)
    const t = unique('t')
    const lines = Array.from({ length: 2000 }, (_, at) => `line ${at} of many that compress well\n`).join('')
    assert.is((await ask(['produce', t, '-z', codec], { input: lines })).code, 0)
    assert.is(await out('consume', t, '-e'), lines)
    if (withoutKcat === null) assert.is(await kcatOut(cleanup, ['-b', address, '-C', '-t', t, '-e', '-q']), lines)
  })
}

test('keys go where the murmur2 partitioner of others sends them, and headers arrive', async (cleanup) => {
  const { ask, blink, out, address } = await opened(cleanup)
  const [mine, theirs] = [unique('mine'), unique('theirs')]
  for (const topic of [mine, theirs]) await blink('topics', 'create', topic, '-p', '7')
  const input = Array.from({ length: 50 }, (_, at) => `key-${at}:${at}\n`).join('')
  await ask(['produce', mine, '-K', ':', '-H', 'a=1'], { input })
  const [first] = (await out('consume', mine, '-e', '-f', '%p %k=%s %h\\n')).split('\n')
  assert.match(first!, /^\d key-\d+=\d+ a=1$/)
  if (withoutKcat !== null) return
  await kcatOut(cleanup, ['-b', address, '-P', '-t', theirs, '-K:', '-X', 'partitioner=murmur2_random'], input)
  const sorted = async (topic: string) => (await out('consume', topic, '-e', '-f', '%k %p\\n')).split('\n').sort()
  assert.equal(await sorted(mine), await sorted(theirs))
})

test('from the end, from an offset, from a time', async (cleanup) => {
  const { ask, out } = await opened(cleanup)
  const t = unique('t')
  await ask(['produce', t], { input: 'a\nb\nc\n' })
  assert.is(await out('consume', t, '-e', '--from', '-1'), 'c\n')
  assert.is(await out('consume', t, '-e', '--from', '1'), 'b\nc\n')
  assert.is(await out('consume', t, '-e', '--from', '1h'), 'a\nb\nc\n')
  assert.is(await out('consume', t, '-e', '--from', '2100-01-01'), '')
})

test('a group is read in, looked at, reset and deleted', async (cleanup) => {
  const { ask, blink, out } = await opened(cleanup)
  const [t, g] = [unique('t'), unique('g')]
  await ask(['produce', t], { input: 'a\nb\nc\n' })
  assert.is(await out('consume', t, '-g', g, '-n', '2'), 'a\nb\n')
  assert.match(await out('groups', 'lag', g), /^\S+ {2}Empty, 1 behind\n/)
  assert.is(await out('consume', t, '-g', g, '-e'), 'c\n')
  await out('groups', 'reset', g, '--to', 'earliest')
  assert.match(await out('groups', 'lag', g), /, 3 behind\n/)
  assert.match(await out('groups', 'list'), new RegExp(`^${g} +Empty +[Cc]lassic +consumer$`, 'm'))
  assert.equal((await blink('groups', 'delete', g)).told, [`deleted ${g}`])
  assert.match((await blink('groups', 'describe', g)).told[0]!, /there is no group/)
})

for (const assignor of ['range', 'roundrobin', 'cooperative-sticky'] as const) {
  test(`members share the partitions, with kcat among them: ${assignor}`, async (cleanup) => {
    const { ask, blink, out, address } = await opened(cleanup)
    const [t, g] = [unique('t'), unique('g')]
    await blink('topics', 'create', t, '-p', '4')
    const interruption = new AbortController()
    const words = ['consume', t, '-g', g, '--assignor', assignor]
    const one = ask(words, { interrupted: interruption.signal })
    const members = async () =>
      JSON.parse(await out('groups', 'describe', g, '--json')).members as { assignment: unknown[] }[]
    const shares = async () => (await members().catch(() => [])).map(({ assignment }) => assignment.length).sort()
    await until('one has all', async () => `${await shares()}` === '4')
    const other = ['-b', address, '-G', g, '-X', `partition.assignment.strategy=${assignor}`, t]
    if (withoutKcat === null) kcat(cleanup, other)
    else void ask(words, { interrupted: interruption.signal })
    await until('each has half', async () => `${await shares()}` === '2,2')
    interruption.abort()
    assert.is((await one).code, 0)
  })
}

test('records of aborted transactions are left out when only committed ones are asked for', async (cleanup) => {
  const { out, address } = await opened(cleanup)
  const t = unique('t')
  const producer = kafkajs([address]).producer({
    transactionalId: unique('tx'),
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  cleanup.after(() => producer.disconnect())
  for (const [value, ending] of [
    ['a', 'commit'],
    ['b', 'abort'],
    ['c', 'commit'],
    ['d', 'abort'],
  ] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: t, messages: [{ value, partition: 0 }] })
    await transaction[ending]()
  }
  assert.is(await out('consume', t, '-e'), 'a\nb\nc\nd\n')
  assert.is(await out('consume', t, '-e', '--isolation', 'read-committed'), 'a\nc\n')
  assert.is(await out('consume', t, '-e', '-g', unique('g'), '--isolation', 'read-committed'), 'a\nc\n')
})

test('doctor sees what a client would be told', async (cleanup) => {
  const { out } = await opened(cleanup)
  assert.match(
    await out('doctor'),
    /^ok +clients +clients of broker 1 are told to connect to 127\.0\.0\.1:\d+, which works/m,
  )
})

test('a refusal is told in a line', async (cleanup) => {
  const { ask, blink } = await opened(cleanup)
  const t = unique('t')
  assert.match((await blink('produce', t, '--no-create')).told.join(), /^no records$/)
  const refused = await ask(['produce', t, '--no-create', '--timeout', '1s'], { input: 'x\n' })
  assert.equal([refused.code, refused.told.length], [1, 1])
  await blink('topics', 'create', t, '-c', 'max.message.bytes=1000')
  const large = await ask(['produce', t], { input: 'x'.repeat(5000) })
  assert.is(large.code, 1)
  assert.match(large.told[0]!, /^blink: line 1 was refused by \S+: MESSAGE_TOO_LARGE/)
})

test('the broker ends', async () => {
  await (await running)?.stop()
})

test.run()
