/** Kafka's command line tools, as readers use them: topics `<name>-t` and `<name>-v`, group `<name>-g`. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { address, name, tell } from '../matrix/teller.ts'

const flags = process.env['JAVA_FLAGS']!.split(' ')
const limitMs = 60_000
const [topic, verified, group, transactional] = [`${name}-t`, `${name}-v`, `${name}-g`, `${name}-tx`]

/** What the tool prints; it must end well. */
function tool(main: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('java', [...flags, main, '--bootstrap-server', address, ...args], { timeout: limitMs })
  let out = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${main} ${args.join(' ')} ended with ${code}: ${out}${complaint}`))
    })
  })
}

const topics = (...args: string[]) => tool('org.apache.kafka.tools.TopicCommand', [...args, '--topic', topic])
const groups = (...args: string[]) =>
  tool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [...args, '--group', group])

async function administer(): Promise<void> {
  await topics('--create', '--partitions', '3')
  const partitions = async () => /PartitionCount: (\d+)/.exec(await topics('--describe'))?.[1]
  const before = await partitions()
  await topics('--alter', '--partitions', '5')
  tell('kafka-topics', `${before} partitions, then ${await partitions()}`)
  const entity = ['--entity-type', 'topics', '--entity-name', topic]
  await tool('kafka.admin.ConfigCommand', [...entity, '--alter', '--add-config', 'retention.ms=60000'])
  const configs = await tool('kafka.admin.ConfigCommand', [...entity, '--describe'])
  tell('kafka-configs', /retention\.ms=\S+/.exec(configs)?.[0] ?? configs)
}

async function talk(): Promise<void> {
  await tool('org.apache.kafka.tools.ConsoleProducer', ['--topic', topic], 'one\ntwo\nthree\n')
  const fromBeginning = ['--topic', topic, '--from-beginning', '--max-messages', '3']
  const lines = await tool('org.apache.kafka.tools.consumer.ConsoleConsumer', fromBeginning)
  tell('kafka-console-producer and -consumer', lines.trim().split('\n').sort().join(' '))
  const offsets = await tool('org.apache.kafka.tools.GetOffsetShell', ['--topic', topic])
  const count = [...offsets.matchAll(/:\d+:(\d+)$/gm)].reduce((sum, [, offset]) => sum + Number(offset), 0)
  tell('kafka-get-offsets', `${count} records`)
}

async function verify(): Promise<void> {
  const produced = await tool('org.apache.kafka.tools.VerifiableProducer', [
    '--topic',
    verified,
    '--max-messages',
    '100',
  ])
  tell('kafka-verifiable-producer', `${produced.match(/"producer_send_success"/g)?.length} acknowledged`)
  const args = ['--topic', verified, '--group-id', group, '--max-messages', '100', '--reset-policy', 'earliest']
  const consumed = await tool('org.apache.kafka.tools.VerifiableConsumer', args)
  const counts = [...consumed.matchAll(/"records_consumed","count":(\d+)|"count":(\d+).*"records_consumed"/g)]
  const count = counts.reduce((sum, [, one, other]) => sum + Number(one ?? other), 0)
  tell('kafka-verifiable-consumer', `${count} read${/"offsets_committed"/.test(consumed) ? ', committed' : ''}`)
  const before = await lag()
  await groups('--reset-offsets', '--to-earliest', '--execute', '--topic', verified)
  tell('kafka-consumer-groups', `lag ${before}, then ${await lag()}`)
}

/** GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG … */
async function lag(): Promise<number> {
  const rows = (await groups('--describe')).split('\n').filter((line) => line.startsWith(group))
  return rows.reduce((sum, row) => sum + Number(row.split(/\s+/)[5]), 0)
}

async function perform(): Promise<void> {
  const load = ['--topic', topic, '--num-records', '1000', '--record-size', '100', '--throughput', '-1']
  const transactions = ['--transactional-id', transactional, '--transaction-duration-ms', '50']
  const told = await tool('org.apache.kafka.tools.ProducerPerformance', [...load, ...transactions])
  tell('kafka-producer-perf-test', /^\d+ records sent/m.exec(told)?.[0] ?? told)
  const described = await tool('org.apache.kafka.tools.TransactionsCommand', [
    ...['describe', '--transactional-id', transactional],
  ])
  const listed = await tool('org.apache.kafka.tools.TransactionsCommand', ['list'])
  tell('kafka-transactions', `${listed.includes(transactional) ? 'listed, ' : ''}${/Complete\w+/.exec(described)?.[0]}`)
}

async function authorize(): Promise<void> {
  const acls = (...args: string[]) => tool('org.apache.kafka.tools.AclCommand', [...args, '--topic', topic])
  const rule = ['--allow-principal', 'User:alice', '--operation', 'Read']
  const rules = async () => /principal=\S+ .*operation=\w+/.exec(await acls('--list'))?.[0] ?? 'none'
  await acls('--add', ...rule)
  const before = await rules()
  await acls('--remove', '--force', ...rule)
  tell('kafka-acls', `${before}, then ${await rules()}`)
}

/** There is one broker to move to, where all of it lies already. */
async function reassign(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blink-tools-'))
  const file = join(folder, 'reassignment.json')
  const partitions = [{ topic, partition: 0, replicas: [1] }]
  writeFileSync(file, JSON.stringify({ version: 1, partitions }))
  const run = (...args: string[]) => {
    const main = 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand'
    return tool(main, [...args, '--reassignment-json-file', file])
  }
  await run('--execute')
  const verified = await run('--verify')
  tell('kafka-reassign-partitions', /is completed/.exec(verified)?.[0] ?? verified)
  rmSync(folder, { recursive: true })
}

await administer()
await authorize()
await reassign()
await talk()
await verify()
await perform()
