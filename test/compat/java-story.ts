/**
 * A program that uses Kafka's own Java clients at a broker of ours, or at the one that BROKER=host:port names, and
 * prints what it sees line by line: compared with what it saw at Apache Kafka. Needs Java 17 and Maven, and says so
 * where they are missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { settingsFor } from '../support/running.ts'
import { jar, kafkaVersion } from './jars.ts'

const needed = [`org.apache.kafka:kafka-clients:${kafkaVersion}`, 'org.slf4j:slf4j-api:1.7.36']

/** The exit code: 0 if it sees all of this, in this order. */
export async function judgeJava(file: string, expected: readonly string[], limitMs: number): Promise<number> {
  const jars = needed.map(jar)
  if (jars.includes(null) || spawnSync('java', ['-version']).status !== 0) {
    console.log('skipped: it takes Java 17 and Maven')
    return 0
  }
  const other = process.env['BROKER']
  const broker = other === undefined ? await startBroker(settingsFor({ restPort: null }), { logger: silent }) : null
  try {
    const address = other ?? `127.0.0.1:${broker!.kafkaPorts[0]}`
    return judge(await tell(file, jars.join(delimiter), address, limitMs), expected)
  } finally {
    await broker?.close()
  }
}

/** What the program prints. */
function tell(file: string, classPath: string, address: string, limitMs: number): Promise<string> {
  const story = spawn('java', ['-cp', classPath, file, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
  })
  let told = ''
  story.stdout.setEncoding('utf8').on('data', (text) => {
    told += text
  })
  return new Promise((resolve) => story.on('close', () => resolve(told)))
}

function judge(told: string, expected: readonly string[]): number {
  const lines = told.trimEnd().split('\n')
  const wrong = expected.filter((line, at) => lines[at] !== line)
  for (const line of wrong) console.log(`expected: ${line}`)
  if (wrong.length > 0) console.log(told)
  else console.log(`${expected.length} things seen with the Java client ${kafkaVersion}, all as with Apache Kafka`)
  return wrong.length === 0 && lines.length === expected.length ? 0 : 1
}
