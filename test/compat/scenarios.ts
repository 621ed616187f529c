/** The tests of scenarios and clients that any Kafka tells alike, run at a broker that is running already. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** What needs nothing but a Kafka client. */
const anywhere: readonly string[] = ['idempotence', 'produce-and-consume']
const clients: readonly string[] = ['kafkajs', 'platformatic', 'kcat']

/** What is told of Blink alone, and why. */
const oursAlone: Readonly<Record<string, string>> = {
  cluster: 'several brokers in one process',
  faults: 'faults on purpose',
  keeping: 'max_memory, purge_on_fetch and a clock that is turned by hand',
  library: 'brokers in the process of the test',
  limits: 'its settings, and what it logs',
  'one-way-in': 'HTTP and plugins',
  'plugin-bad-files': 'plugins',
  'plugin-capabilities': 'plugins',
  'plugin-pipeline': 'plugins',
  'plugin-start': 'plugins',
  'plugin-trouble': 'plugins',
  rejection: 'plugins',
  'rest-proxy': 'HTTP',
  'several-brokers': 'several brokers in one process, and settings',
  stopping: 'how it stops',
  testing: 'brokers in the process of the test',
}

/** Scenarios of which nobody has said where they can be told. */
export function unsorted(): readonly string[] {
  const names = readdirSync('test/scenarios').map((file) => file.replace('.test.ts', ''))
  return names.filter((name) => !anywhere.includes(name) && !(name in oursAlone))
}

/** Those that failed there; each is printed. */
export async function failedAt(name: string, address: string): Promise<readonly string[]> {
  const failed: string[] = []
  const tests = [...anywhere.map((one) => `scenarios/${one}`), ...clients.map((one) => `clients/${one}`)]
  for (const test of tests) {
    const { isGood, counted, output } = await ran(test, address)
    console.log(`${isGood ? '✓' : '✗'} test/${test} at ${name}: ${counted}`)
    if (isGood) continue
    console.log(output)
    failed.push(test)
  }
  return failed
}

async function ran(test: string, address: string) {
  const file = `build/test/${test}.test.js`
  const env = { ...process.env, BROKER: address }
  const child = spawn(process.execPath, ['--enable-source-maps', file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  // uvu ends well, too, when nothing ran.
  const [, total, passed] = /Total: +(\d+)\s+Passed: +(\d+)/.exec(stripVTControlCharacters(output)) ?? []
  const missing = /^skipped: .*/m.exec(output)
  if (code === 0 && missing !== null) return { isGood: true, counted: missing[0], output }
  const isGood = code === 0 && passed !== undefined && passed === total && passed !== '0'
  return { isGood, counted: `${passed ?? 0} of ${total ?? 0} passed`, output }
}
