/** The REST Proxy's API through sockets: its page's commands, a stream both ways, and a group shared with kafkajs. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import type { Assigner } from 'kafkajs'
import kafka from 'kafkajs'
import * as assert from 'uvu/assert'
import { kafkajs } from '../support/kafkajs.ts'
import { type Running, start, unique, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('the REST Proxy’s API through sockets', 20)

/** What a reader of the page types, block by block. */
function blocks(): string[] {
  const page = readFileSync('docs/rest-proxy.md', 'utf8')
  return (page.match(/(?:^ {4}.*\n)+/gm) ?? []).map((block) => block.replace(/^ {4}/gm, ''))
}

async function typed({ broker }: Running, commands: string): Promise<string[]> {
  const own = commands.replaceAll('localhost:30005', `localhost:${broker.httpPort}`)
  const out = await new Promise<string>((resolve, reject) => {
    execFile('sh', ['-euc', own.replaceAll('\ncurl', '\necho\ncurl')], (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${error.message}\n${stderr}`))
    })
  })
  return out
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

test('the page’s commands of v2 produce, and consume what was produced', async (cleanup) => {
  const [produced, made, ...rest] = await typed(await start(cleanup), blocks()[0]!)
  assert.is(JSON.parse(produced!).offsets[0].offset, 0)
  assert.is(JSON.parse(made!).instance_id, 'me')
  const records = [{ topic: 'jsontest', key: 'a', value: { name: 'testUser' }, partition: 0, offset: 0 }]
  assert.equal(
    rest.map((line) => JSON.parse(line)),
    [records],
  )
})

test('the page’s commands of v3 make a topic and give each record a result', async (cleanup) => {
  const lines = await typed(await start(cleanup), blocks()[1]!)
  const [topic, first, second, offsets] = lines.map((line) => JSON.parse(line))
  assert.is(topic.partitions_count, 2)
  assert.equal([first.error_code, second.error_code], [200, 422])
  assert.is(offsets.latest_offset, 1)
})

test('a stream is answered while it is still being sent', async (cleanup) => {
  const { broker } = await start(cleanup)
  const path = `/v3/clusters/${broker.cluster.id}/topics/t/records`
  const results: { offset: number }[] = []
  const headers = { 'content-type': 'application/json' }
  const sending = request({ port: broker.httpPort!, method: 'POST', path, headers, agent: false })
  const ended = new Promise<void>((resolve) => {
    sending.on('response', (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => results.push(JSON.parse(text)))
      answer.on('end', resolve)
    })
  })
  for (let sent = 0; sent < 3; sent++) {
    sending.write(`{"value":{"type":"JSON","data":${sent}}}`)
    await until(`the result of record ${sent}`, () => results.length === sent + 1)
  }
  sending.end()
  await ended
  assert.equal(
    results.map(({ offset }) => offset),
    [0, 1, 2],
  )
})

test('a stream that lasts does not keep Blink from stopping', async (cleanup) => {
  const { broker } = await start(cleanup)
  const path = `/v3/clusters/${broker.cluster.id}/topics/t/records`
  const headers = { 'content-type': 'application/json' }
  const sending = request({ port: broker.httpPort!, method: 'POST', path, headers, agent: false })
  const answered = new Promise<void>((resolve) => sending.on('response', (answer) => answer.once('data', resolve)))
  sending.on('error', () => {})
  sending.write('{"value":{"type":"JSON","data":1}}')
  await answered
  const startMs = performance.now()
  await broker.close()
  assert.ok(performance.now() - startMs < 1_000, 'it waited for the stream')
  sending.destroy()
})

/** kafkajs has no range assignor of its own, and members of a group need one in common. */
const range = ({ cluster }: { cluster: Parameters<kafka.PartitionAssigner>[0]['cluster'] }): Assigner => ({
  name: 'range',
  version: 0,
  async assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort()
    const [topic] = topics as [string]
    const { length } = cluster.findTopicPartitionMetadata(topic)
    const each = Math.ceil(length / ids.length)
    const partitions = Array.from({ length }, (_, index) => index)
    return ids.map((memberId, at) => {
      const assignment = { [topic]: partitions.slice(at * each, (at + 1) * each) }
      const memberAssignment = kafka.AssignerProtocol.MemberAssignment.encode({
        version: 0,
        assignment,
        userData: Buffer.alloc(0),
      })
      return { memberId, memberAssignment }
    })
  },
  protocol: ({ topics }) => ({
    name: 'range',
    metadata: kafka.AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  }),
})

test('an instance and kafkajs share a group, and each record reaches one of them', async (cleanup) => {
  const running = await start(cleanup, { partitionCount: 2, groupInitialRebalanceDelayMs: 0 })
  const { get, post, broker, brokers } = running
  const topic = unique('shared')
  const group = unique('group')
  broker.cluster.topics.create({ name: topic, partitionCount: 2 })
  const proxy = '/rest-proxy'
  const at = `${proxy}/consumers/${group}/instances/i`
  await post(`${proxy}/consumers/${group}`, { name: 'i', format: 'json', 'auto.offset.reset': 'earliest' })
  await post(`${at}/subscription`, { topics: [topic] })
  await get(`${at}/records?timeout=10`)

  const consumer = kafkajs(brokers).consumer({
    groupId: group,
    partitionAssigners: [range],
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
  })
  cleanup.after(() => consumer.disconnect())
  const seen: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(`${message.value}`) })
  const shares = async () => JSON.parse((await get(`${at}/assignments`)).text).partitions as { partition: number }[]
  await until('each of the two has one partition', async () => (await shares()).length === 1)

  const records = [0, 1].map((partition) => ({ partition, value: partition }))
  await post(`${proxy}/topics/${topic}`, { records })
  const [own] = await shares()
  await until('kafkajs got its record', () => seen.length === 1)
  const read = JSON.parse((await get(`${at}/records`)).text)
  assert.equal(
    read.map(({ value }: { value: number }) => value),
    [own!.partition],
  )
  assert.equal(seen, [`${1 - own!.partition}`])

  await consumer.disconnect()
  await until('the instance has both', async () => (await shares()).length === 2)
})

test.run()
