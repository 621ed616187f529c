/** The whole stories of `test/scenarios` that any Kafka tells alike, told at a broker that is running already. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** What needs nothing but a Kafka client. */
const anywhere: readonly string[] = ['idempotence', 'produce-and-consume']

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
  for (const scenario of anywhere) {
    const { isGood, counted, output } = await told(scenario, address)
    console.log(`${isGood ? '✓' : '✗'} the scenario ${scenario} at ${name}: ${counted}`)
    if (isGood) continue
    console.log(output)
    failed.push(scenario)
  }
  return failed
}

async function told(scenario: string, address: string) {
  const file = `build/test/scenarios/${scenario}.test.js`
  const env = { ...process.env, BROKER: address }
  const child = spawn(process.execPath, ['--enable-source-maps', file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  // uvu ends well, too, when nothing ran.
  const [, total, passed] = /Total: +(\d+)\s+Passed: +(\d+)/.exec(stripVTControlCharacters(output)) ?? []
  const isGood = code === 0 && passed !== undefined && passed === total && passed !== '0'
  return { isGood, counted: `${passed ?? 0} of ${total ?? 0} passed`, output }
}
