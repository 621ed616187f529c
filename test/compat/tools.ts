/**
 * Runs Kafka's command line tools for administrators against Blink and against a real Apache Kafka, and compares what
 * they print: `npm run compat:tools`. What each broker makes up for itself is masked: ids, ports, times, sizes, offsets
 * of the metadata log, and the wording of what is wrong. Words choose among the commands.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { start } from '../bench/brokers/broker.ts'
import { plainKafka as kafka } from '../bench/brokers/kafka.ts'
import { Unavailable } from '../bench/place.ts'
import { kafkaTools } from '../clients/matrix/set-up.ts'
import { settingsFor } from '../support/running.ts'
import { idleGroup, makeIdleGroup } from './idle-streams-group.ts'

const toolMs = 60_000
const small = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m']

const configs = 'kafka.admin.ConfigCommand'
const topics = 'org.apache.kafka.tools.TopicCommand'
const elections = 'org.apache.kafka.tools.LeaderElectionCommand'
const reassignments = 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand'
const folders = 'org.apache.kafka.tools.LogDirsCommand'
const features = 'org.apache.kafka.tools.FeatureCommand'
const metrics = 'org.apache.kafka.tools.ClientMetricsCommand'
const quorum = 'org.apache.kafka.tools.MetadataQuorumCommand'
const streams = 'org.apache.kafka.tools.streams.StreamsGroupCommand'

const topic = ['--entity-type', 'topics', '--entity-name', 't']
const brokers = ['--entity-type', 'brokers']
const oneBroker = [...brokers, '--entity-name', '1']
const group = ['--entity-type', 'groups', '--entity-name', 'g']
/** Of Kafka Streams, which has stopped. */
const application = ['--group', idleGroup.groupId]
const input = ['--input-topic', idleGroup.topic]

/** In this order: later ones see what earlier ones have done. `PLAN` and `LIST` are files. */
const commands: readonly (readonly [tool: string, ...args: string[]])[] = [
  [topics, '--create', '--topic', 't', '--partitions', '2', '--config', 'retention.ms=60000'],
  [topics, '--create', '--topic', 't'],
  [topics, '--create', '--topic', 'u', '--replication-factor', '3'],
  [topics, '--describe', '--topic', 't'],
  [topics, '--list', '--exclude-internal'],
  [topics, '--alter', '--topic', 't', '--partitions', '1'],
  [configs, ...topic, '--describe'],
  [configs, ...topic, '--describe', '--all'],
  [configs, ...topic, '--alter', '--add-config', 'cleanup.policy=[compact,delete],segment.ms=1000'],
  [configs, ...topic, '--alter', '--add-config', 'retention.ms=soon'],
  [configs, ...topic, '--alter', '--delete-config', 'segment.ms'],
  [configs, ...topic, '--describe'],
  [configs, ...oneBroker, '--alter', '--add-config', 'log.retention.ms=70000,log.cleaner.threads=2'],
  [configs, ...oneBroker, '--alter', '--add-config', 'node.id=7'],
  [configs, ...oneBroker, '--describe'],
  [configs, ...brokers, '--entity-default', '--alter', '--add-config', 'log.retention.ms=80000'],
  [configs, ...brokers, '--entity-default', '--describe'],
  [configs, ...brokers, '--describe'],
  [configs, ...oneBroker, '--alter', '--delete-config', 'log.retention.ms,log.cleaner.threads'],
  [configs, ...group, '--alter', '--add-config', 'consumer.session.timeout.ms=50000'],
  [configs, ...group, '--alter', '--add-config', 'consumer.session.timeout.ms=5'],
  [configs, ...group, '--describe'],
  [configs, '--entity-type', 'groups', '--describe'],
  [metrics, '--alter', '--name', 's', '--metrics', 'org.apache.kafka.producer.', '--interval', '60000'],
  [metrics, '--alter', '--name', 's', '--match', 'colour=red'],
  [metrics, '--list'],
  [metrics, '--describe', '--name', 's'],
  [metrics, '--delete', '--name', 's'],
  [elections, '--election-type', 'preferred', '--topic', 't', '--partition', '0'],
  [elections, '--election-type', 'unclean', '--all-topic-partitions'],
  [reassignments, '--reassignment-json-file', 'PLAN', '--execute'],
  [reassignments, '--reassignment-json-file', 'PLAN', '--verify'],
  [reassignments, '--topics-to-move-json-file', 'LIST', '--broker-list', '1', '--generate'],
  [reassignments, '--list'],
  [folders, '--describe', '--topic-list', 't'],
  [features, 'describe'],
  [features, 'upgrade', '--feature', 'transaction.version=9'],
  [features, 'downgrade', '--feature', 'transaction.version=1', '--dry-run'],
  [quorum, 'describe', '--status'],
  [quorum, 'describe', '--replication'],
  [streams, '--list'],
  [streams, '--list', '--state'],
  [streams, '--describe', ...application],
  [streams, '--describe', '--state', ...application],
  [streams, '--describe', '--members', ...application],
  [streams, '--describe', '--group', 'nobody'],
  [streams, '--reset-offsets', '--to-earliest', '--dry-run', ...application, ...input],
  [streams, '--reset-offsets', '--to-earliest', '--execute', ...application, ...input],
  [streams, '--describe', ...application],
  [streams, '--delete-offsets', ...application, ...input],
  [streams, '--delete', ...application],
  [streams, '--list'],
]

/** Patterns of what is a broker's own, and what stands in their place. */
const own: readonly (readonly [RegExp, string])[] = [
  [/^(WARNING|SLF4J|Java HotSpot).*\n/gm, ''],
  [/\[\d{4}-\d\d-\d\d [\d:,]+\]/g, '[time]'],
  [/^\tat .*\n/gm, ''],
  [/((?:Exception|Error while executing [a-z ]*command ?):).*/g, '$1 own words'],
  [/(The update failed for all features since).*/g, '$1 own words'],
  [/(TopicId|ClusterId|clusterId): *\S+/g, '$1: own'],
  [/(127\.0\.0\.1|localhost):\d+/g, 'address'],
  [/"logDir":"[^"]*"/g, '"logDir":"own"'],
  [/"log_dirs":\["[^"]*"\]/g, '"log_dirs":["own"]'],
  [/"(size|totalBytes|usableBytes)":-?\d+/g, '"$1":0'],
  [/(LeaderEpoch|HighWatermark|MaxFollowerLagTimeMs|Epoch):\s*-?\d+/g, '$1: own'],
  [/(\d+)\s+\S{22}\s+\d+\s+\d+\s+\d+\s+\d+\s+(Leader|Follower|Observer)/g, '$1 own $2'],
  [/(host|port|endpoints)(:|=)\s*[^,\]}]*/gi, '$1 own'],
]

function masked(text: string): string {
  return own.reduce((rest, [pattern, stand]) => rest.replaceAll(pattern, stand), text).trim()
}

function printed(jars: string, address: string, [tool, ...args]: readonly [string, ...string[]]): Promise<string> {
  const all = [...small, '-cp', jars, tool, '--bootstrap-server', address, ...args]
  const child = spawn('java', all, { timeout: toolMs })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (out += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(`${masked(out)}\nended with ${code}`))
  })
}

async function compare(jars: string, ours: string, theirs: string, words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'blink-tools-'))
  const plan = join(folder, 'plan.json')
  const list = join(folder, 'list.json')
  const partitions = [{ topic: 't', partition: 0, replicas: [1] }]
  writeFileSync(plan, JSON.stringify({ version: 1, partitions }))
  writeFileSync(list, JSON.stringify({ version: 1, topics: [{ topic: 't' }] }))
  for (const address of [ours, theirs]) await makeIdleGroup(address)
  let different = 0
  for (const [tool, ...rest] of commands) {
    const shown = `${tool.split('.').at(-1)} ${rest.join(' ')}`
    if (words.length > 0 && !words.some((word) => shown.includes(word))) continue
    const args = rest.map((arg) => (arg === 'PLAN' ? plan : arg === 'LIST' ? list : arg))
    const [here, there] = await Promise.all([ours, theirs].map((address) => printed(jars, address, [tool, ...args])))
    console.log(`${here === there ? '✓' : '✗'} ${shown}`)
    if (here === there) continue
    different++
    for (const line of lineDifferences(here!, there!)) console.log(`    ${line}`)
  }
  rmSync(folder, { recursive: true })
  console.log(`${commands.length} commands, ${different} with another output`)
  return different === 0 ? 0 : 1
}

function lineDifferences(here: string, there: string): readonly string[] {
  const [ours, theirs] = [here, there].map((text) => text.split('\n'))
  return [
    ...ours!.filter((line) => !theirs!.includes(line)).map((line) => `Blink ${line}`),
    ...theirs!.filter((line) => !ours!.includes(line)).map((line) => `Kafka ${line}`),
  ]
}

async function main(words: readonly string[]): Promise<number> {
  let jars: string
  try {
    await kafka.prepare()
    jars = await kafkaTools()
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    console.log(`skipped: Apache Kafka and its tools cannot be had here: ${error.message}`)
    return 0
  }
  const theirs = await start(kafka)
  const ours = await startBroker(settingsFor({ restPort: null }), { logger: silent })
  try {
    return await compare(jars, `127.0.0.1:${ours.kafkaPorts[0]}`, `127.0.0.1:${theirs.port}`, words)
  } finally {
    await ours.close()
    await theirs.stop()
  }
}

process.exitCode = await main(process.argv.slice(2))
