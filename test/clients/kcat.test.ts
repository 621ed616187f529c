import * as assert from 'uvu/assert'
import { kcat, kcatOut, withoutKcat } from '../support/kcat.ts'
import { guardPath, plugin, type Starting, start, until } from '../support/running.ts'
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

async function terminal(cleanup: Cleanup, settings: Starting = {}): Promise<Terminal> {
  const { brokers } = await start(cleanup, { restPort: null, ...settings })
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
    const { produce, consume } = await terminal(cleanup)
    await produce('t', lines, '-X', `compression.codec=${codec}`)
    assert.is(await consume('t'), lines)
  })
}

/** librdkafka speaks as it did to brokers of that release, and asks none of them what it serves. */
const asToA = (release: string) => ['-X', 'api.version.request=false', '-X', `broker.version.fallback=${release}`]

for (const [release, times] of [
  ['0.8.2', 'no times'],
  ['0.9.0', 'no times'],
  ['0.10.0', 'times'],
] as const) {
  test(`as to a Kafka ${release}: messages of old, with ${times}, and groups`, async (cleanup) => {
    const { produce, consume, run } = await terminal(cleanup, { asVersion: '2.8' })
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
  const { run, bootstrap } = await terminal(cleanup, { bootTopics: ['one', 'two'], partitionCount: 3 })
  const { brokers, topics } = JSON.parse(await run('-L', '-J'))
  assert.equal(brokers, [{ id: 1, name: bootstrap }])
  assert.equal(topics.map(({ topic }: { topic: string }) => topic).sort(), ['one', 'two'])
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
  const { produce, consume } = await terminal(cleanup, { partitionCount: 2 })
  await produce('t', 'k1:v1\nk2:\n', '-K:', '-Z', '-p', '1', '-H', 'a=1', '-H', 'b=two')
  const format = '%p %o %k=%s %S %h\n'
  assert.is(await consume('t', '-f', format), '1 0 k1=v1 2 a=1,b=two\n1 1 k2= -1 a=1,b=two\n')
})

test('offsets by time', async (cleanup) => {
  const { produce, run } = await terminal(cleanup)
  await produce('t', 'a\nb\nc\n')
  assert.match(await run('-Q', '-t', 't:0:0'), /t \[0\] offset 0/)
  assert.match(await run('-Q', '-t', 't:0:-1'), /t \[0\] offset 3/)
  assert.match(await run('-Q', '-t', 't:0:-2'), /t \[0\] offset 0/)
  const later = Date.now() + 60_000
  assert.match(await run('-Q', '-t', `t:0:${later}`), /t \[0\] offset (3|-1)/, 'nothing so late')
})

test('reading from an offset, from before the end, and a few records only', async (cleanup) => {
  const { produce, consume } = await terminal(cleanup)
  await produce('t', 'a\nb\nc\nd\n')
  assert.is(await consume('t', '-o', '2'), 'c\nd\n')
  assert.is(await consume('t', '-o', '-1'), 'd\n')
  assert.is(await consume('t', '-c', '2'), 'a\nb\n')
})

test('members of a group share the partitions and read every record once', async (cleanup) => {
  const { produce, bootstrap } = await terminal(cleanup, { partitionCount: 4 })
  const input = Array.from({ length: 40 }, (_, index) => `key ${index}:${index}\n`).join('')
  await produce('t', input, '-K:')
  const options = ['-X', 'auto.offset.reset=earliest', '-X', 'heartbeat.interval.ms=100', '-X', 'fetch.wait.max.ms=50']
  const join = () => kcat(cleanup, ['-b', bootstrap, '-G', 'g', '-u', ...options, 't'])
  const first = join()
  await until('the first member reads all', () => first.out().split('\n').length === 41)
  const second = join()
  await until('the second has its share', () => /assigned/.test(second.err()))
  await produce('t', input, '-K:')
  await until('both together have read all of it', () => `${first.out()}${second.out()}`.split('\n').length === 81)
  assert.ok(second.out().length > 0)
})

test('an idempotent producer', async (cleanup) => {
  const { produce, consume } = await terminal(cleanup)
  await produce('t', lines, '-X', 'enable.idempotence=true', '-X', 'batch.num.messages=10')
  assert.is(await consume('t'), lines)
})

test('a refused record is a delivery error that is not tried again', async (cleanup) => {
  const { bootstrap, consume } = await terminal(cleanup, { plugins: [plugin(guardPath)] })
  const { code, err } = await kcat(cleanup, ['-b', bootstrap, '-P', '-t', 'sensitive-t'], 'no key\n').ended
  assert.is(code, 1)
  assert.match(err, /Delivery failed for message: Broker: Broker failed to validate record/)
  assert.is(await consume('sensitive-t'), '')
})

test('after a refusal an idempotent producer goes on', async (cleanup) => {
  const { consume, bootstrap } = await terminal(cleanup, { plugins: [plugin(guardPath)] })
  const options = ['-E', '-X', 'enable.idempotence=true', '-X', 'batch.num.messages=1', '-Z', '-K:']
  const input = 'a:1\nb:\nc:3\n'
  const { code, err } = await kcat(cleanup, ['-b', bootstrap, '-P', '-t', 't', ...options], input).ended
  assert.is(code, 1)
  assert.is(err.match(/Delivery failed/g)?.length, 1)
  assert.is(await consume('t'), '1\n3\n')
})

test('what a transaction wrote is read by who reads only what is committed', async (cleanup) => {
  const { bootstrap, consume } = await terminal(cleanup)
  const args = ['-b', bootstrap, '-P', '-t', 't', '-X', 'transactional.id=tx']
  const { code, err } = await kcat(cleanup, args, 'x\ny\n').ended
  assert.is(code, 0, err)
  // kcat reads what is committed unless it is told otherwise.
  assert.is(await consume('t'), 'x\ny\n')
})

test.run()
