/**
 * Kafka's own Java clients, the second generation of them (KIP-890), use transactions on a broker of ours: commit and
 * abort, read committed, consume, transform and produce, a zombie, an administrator. `npm run compat:transactions`;
 * BROKER=host:port asks another broker, an Apache Kafka perhaps. Needs Java 17 and Maven, and says so where they are
 * missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { settingsFor } from '../support/running.ts'
import { jar, kafkaVersion } from './jars.ts'

const needed = [`org.apache.kafka:kafka-clients:${kafkaVersion}`, 'org.slf4j:slf4j-api:1.7.36']
const limitMs = 120_000

const committed = ['0.0', '0.1', '0.2', '0.3', '0.4', '2.0', '2.1', '2.2', '2.3', '2.4']
/** What Apache Kafka 4.4.0 made of it. */
const expected = [
  'feature transaction.version 2',
  `committed [${committed.join(', ')}]`,
  'uncommitted 20',
  `transformed [${committed.map((value) => `${value}!`).join(', ')}]`,
  'offsets [8, 11]',
  'zombie commits: ProducerFencedException',
  'after the zombie [in time]',
  'described Ongoing 1 60000',
  'listed [contested CompleteCommit, hanging Ongoing, transformer CompleteCommit, writer CompleteAbort]',
  'open from 0 sequence 0',
  'aborted by hand: open false',
  'fenced: InvalidProducerEpochException',
]

async function main(): Promise<number> {
  const jars = needed.map(jar)
  if (jars.includes(null) || spawnSync('java', ['-version']).status !== 0) {
    console.log('skipped: it takes Java 17 and Maven')
    return 0
  }
  const other = process.env['BROKER']
  const broker = other === undefined ? await startBroker(settingsFor({ restPort: null }), { logger: silent }) : null
  try {
    return judge(await tell(jars.join(delimiter), other ?? `127.0.0.1:${broker!.kafkaPorts[0]}`))
  } finally {
    await broker?.close()
  }
}

/** What the story prints. */
function tell(classPath: string, address: string): Promise<string> {
  const story = spawn('java', ['-cp', classPath, 'test/compat/JavaTransactions.java', address], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
  })
  let told = ''
  story.stdout.setEncoding('utf8').on('data', (text) => {
    told += text
  })
  return new Promise((resolve) => story.on('close', () => resolve(told)))
}

function judge(told: string): number {
  const lines = told.trimEnd().split('\n')
  const wrong = expected.filter((line, at) => lines[at] !== line)
  for (const line of wrong) console.log(`expected: ${line}`)
  if (wrong.length > 0) console.log(told)
  else console.log(`${expected.length} things seen with the Java client ${kafkaVersion}, all as with Apache Kafka`)
  return wrong.length === 0 && lines.length === expected.length ? 0 : 1
}

process.exitCode = await main()
