import * as assert from 'uvu/assert'
import { kcat, kcatOut, withoutKcat } from '../support/kcat.ts'
import { administering, created, kafkajs } from '../support/kafkajs.ts'
import { anyBroker, guardPath, plugin, type Starting, start, unique, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('kcat', 15, withoutKcat)

interface Terminal {
  readonly bootstrap: string
  /** Each writes its lines of input as records, and must succeed. */
  produce(topic: string, input: string, ...options: string[]): Promise<string>
  /** To the end of the topic. */
  consume(topic: string, ...options: string[]): Promise<string>
  run(...options: string[]): Promise<string>
}

/** At whichever broker, with a topic of its own there. */
async function terminal(cleanup: Cleanup, partitions = 1): Promise<Terminal & { readonly topic: string }> {
  const brokers = await anyBroker(cleanup)
  const topic = unique('t')
  await created(await administering(cleanup, kafkajs(brokers)), topic, partitions)
  return { ...terminalAt(cleanup, brokers), topic }
}

async function terminalOfBlink(cleanup: Cleanup, settings: Starting): Promise<Terminal> {
  const { brokers } = await start(cleanup, { restPort: null, ...settings })
  return terminalAt(cleanup, brokers)
}

function terminalAt(cleanup: Cleanup, brokers: readonly string[]): Terminal {
  const bootstrap = brokers.join(',')
  // A test sends a few records and wants them there.
  const quick = ['-b', bootstrap, '-X', 'linger.ms=0', '-X', 'socket.nagle.disable=true', '-X', 'fetch.wait.max.ms=50']
  const run = (...options: string[]) => kcatOut(cleanup, [...quick, ...options])
  return {
    bootstrap,
    run,
    produce: (topic, input, ...options) => kcatOut(cleanup, [...quick, '-P', '-t', topic, ...options], input),
    consume: (topic, ...options) => run('-C', '-q', '-e', '-o', 'beginning', '-t', topic, ...options),
  }
}

const lines = Array.from({ length: 300 }, (_, index) => `line ${index} of many that compress well\n`).join('')

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  test(`what is produced with codec ${codec} is read back`, async (cleanup) => {
    const { produce, consume, topic } = await terminal(cleanup)
    await produce(topic, lines, '-X', `compression.codec=${codec}`)
    assert.is(await consume(topic), lines)
  })
}

/** librdkafka speaks as it did to brokers of that release, and asks none of them what it serves. */
const asToA = (release: string) => ['-X', 'api.version.request=false', '-X', `broker.version.fallback=${release}`]

for (const [release, times] of [
  ['0.8.2', 'no times'],
  ['0.9.0', 'no times'],
  ['0.10.0', 'times'],
] as const) {
  test.ofBlink(`as to a Kafka ${release}: messages of old, with ${times}, and groups`, async (cleanup) => {
    const { produce, consume, run } = await terminalOfBlink(cleanup, { asVersion: '2.8' })
    const old = asToA(release)
    // lz4 was made otherwise in format 0; test/protocol/message-set.test.ts has them all.
    for (const codec of ['none', 'lz4']) {
      await produce(codec, lines, ...old, '-X', `compression.codec=${codec}`)
      assert.is(await consume(codec, ...old), lines, `${codec}, read as of old`)
      assert.is(await consume(codec), lines, `${codec}, read as today`)
      const [timestamp] = (await consume(codec, '-c', '1', '-f', '%T\n')).split('\n')
      assert.is(timestamp === '-1', times === 'no times', timestamp)
    }
    if (release === '0.8.2') return // Which had no groups.
    assert.is(await run(...old, '-q', '-e', '-o', 'beginning', '-G', 'g', 'lz4'), lines)
  })
}

test('metadata name the broker, the topics and their partitions', async (cleanup) => {
  const { run, bootstrap, topic } = await terminal(cleanup, 3)
  const { brokers, topics } = JSON.parse(await run('-L', '-J', '-t', topic))
  assert.equal(brokers, [{ id: 1, name: bootstrap }])
  assert.equal(
    topics.map((each: { topic: string }) => each.topic),
    [topic],
  )
  assert.equal(
    topics[0].partitions.map(({ partition, leader }: Record<string, number>) => [partition, leader]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  )
})

test('keys, headers, tombstones and partitions', async (cleanup) => {
  const { produce, consume, topic } = await terminal(cleanup, 2)
  await produce(topic, 'k1:v1\nk2:\n', '-K:', '-Z', '-p', '1', '-H', 'a=1', '-H', 'b=two')
  const format = '%p %o %k=%s %S %h\n'
  assert.is(await consume(topic, '-f', format), '1 0 k1=v1 2 a=1,b=two\n1 1 k2= -1 a=1,b=two\n')
})

test('offsets by time', async (cleanup) => {
  const { produce, run, topic } = await terminal(cleanup)
  await produce(topic, 'a\nb\nc\n')
  assert.match(await run('-Q', '-t', `${topic}:0:0`), / \[0\] offset 0/)
  assert.match(await run('-Q', '-t', `${topic}:0:-1`), / \[0\] offset 3/)
  assert.match(await run('-Q', '-t', `${topic}:0:-2`), / \[0\] offset 0/)
  const later = Date.now() + 60_000
  assert.match(await run('-Q', '-t', `${topic}:0:${later}`), / \[0\] offset (3|-1)/, 'nothing so late')
})

test('reading from an offset, from before the end, and a few records only', async (cleanup) => {
  const { produce, consume, topic } = await terminal(cleanup)
  await produce(topic, 'a\nb\nc\nd\n')
  assert.is(await consume(topic, '-o', '2'), 'c\nd\n')
  assert.is(await consume(topic, '-o', '-1'), 'd\n')
  assert.is(await consume(topic, '-c', '2'), 'a\nb\n')
})

test('members of a group share the partitions and read every record once', async (cleanup) => {
  const { produce, bootstrap, topic } = await terminal(cleanup, 4)
  const input = Array.from({ length: 40 }, (_, index) => `key ${index}:${index}\n`).join('')
  await produce(topic, input, '-K:')
  const options = ['-X', 'auto.offset.reset=earliest', '-X', 'heartbeat.interval.ms=100', '-X', 'fetch.wait.max.ms=50']
  const groupId = unique('g')
  const join = () => kcat(cleanup, ['-b', bootstrap, '-G', groupId, '-u', ...options, topic])
  const first = join()
  await until('the first member reads all', () => first.out().split('\n').length === 41)
  const second = join()
  await until('the second has its share', () => /assigned/.test(second.err()))
  await produce(topic, input, '-K:')
  await until('both together have read all of it', () => `${first.out()}${second.out()}`.split('\n').length === 81)
  assert.ok(second.out().length > 0)
})

test('an idempotent producer', async (cleanup) => {
  const { produce, consume, topic } = await terminal(cleanup)
  await produce(topic, lines, '-X', 'enable.idempotence=true', '-X', 'batch.num.messages=10')
  assert.is(await consume(topic), lines)
})

test.ofBlink('a refused record is a delivery error that is not tried again', async (cleanup) => {
  const { bootstrap, consume } = await terminalOfBlink(cleanup, { plugins: [plugin(guardPath)] })
  const { code, err } = await kcat(cleanup, ['-b', bootstrap, '-P', '-t', 'sensitive-t'], 'no key\n').ended
  assert.is(code, 1)
  assert.match(err, /Delivery failed for message: Broker: Broker failed to validate record/)
  assert.is(await consume('sensitive-t'), '')
})

test.ofBlink('after a refusal an idempotent producer goes on', async (cleanup) => {
  const { consume, bootstrap } = await terminalOfBlink(cleanup, { plugins: [plugin(guardPath)] })
  const options = ['-E', '-X', 'enable.idempotence=true', '-X', 'batch.num.messages=1', '-Z', '-K:']
  const input = 'a:1\nb:\nc:3\n'
  const { code, err } = await kcat(cleanup, ['-b', bootstrap, '-P', '-t', 't', ...options], input).ended
  assert.is(code, 1)
  assert.is(err.match(/Delivery failed/g)?.length, 1)
  assert.is(await consume('t'), '1\n3\n')
})

test('what a transaction wrote is read by who reads only what is committed', async (cleanup) => {
  const { bootstrap, consume, topic } = await terminal(cleanup)
  const args = ['-b', bootstrap, '-P', '-t', topic, '-X', `transactional.id=${unique('tx')}`]
  const { code, err } = await kcat(cleanup, args, 'x\ny\n').ended
  assert.is(code, 0, err)
  // kcat reads what is committed unless it is told otherwise.
  assert.is(await consume(topic), 'x\ny\n')
})

test.run()
