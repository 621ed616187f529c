/**
 * Client libraries tell the short story at a broker of ours: `npm run compat:clients`. Words choose among them:
 * `npm run compat:clients -- kafkajs kcat`. BROKER=host:port names another broker, an Apache Kafka perhaps.
 *
 * What a client needs is installed into `.cache/clients`; one that cannot be had is skipped by name, or, with
 * `--all`, fails. Run as a whole at Blink, none skipped, it writes docs/clients.md. Ends in one line:
 * `N passed, N failed`.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { silent } from '../../../src/base/logger.ts'
import { compressionTypes } from '../../../src/protocol/compression.ts'
import { currentRelease, type Release } from '../../../src/protocol/releases.ts'
import { startBroker } from '../../../src/start.ts'
import { Unavailable } from '../../bench/place.ts'
import { settingsFor } from '../../support/running.ts'
import { type Client, clients, type Program } from './clients.ts'
import { page } from './page.ts'
import { storedCodec } from './stored-codec.ts'

/** Who tells it at older releases, too: one that has not changed for years, and two that know every version. */
const travellers: readonly string[] = ['kafkajs', 'Java client', 'franz-go']
const olderReleases: readonly Release[] = ['2.8', '3.0', '3.5', '3.9', '4.0', '4.2']

const pagePath = 'docs/clients.md'
const limitMs = 240_000
/** Letters of what a program says beside its story that are printed when it fails. */
const complaintMax = 2_000

export interface Verdict {
  readonly client: Client
  readonly version: string
  /** Why it was not tried; null when it was. */
  readonly missing: string | null
  /** What came of each step that it can do. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
}

interface Told {
  readonly seen: ReadonlyMap<string, string>
  readonly complaint: string
}

async function main(words: readonly string[]): Promise<number> {
  const isStrict = words.includes('--all')
  const names = words.filter((word) => word !== '--all')
  const chosen = clients.filter(({ name }) => names.length === 0 || names.includes(name))
  const { BROKER } = process.env
  if (BROKER !== undefined) return conclude(await judged(chosen, BROKER), isStrict)
  const verdicts = await atBlink(chosen, currentRelease)
  const older = new Map<Release, readonly Verdict[]>()
  const travelling = chosen.filter(({ name }) => travellers.includes(name))
  for (const release of travelling.length === 0 ? [] : olderReleases) {
    console.log(`as ${release}:`)
    older.set(release, await atBlink(travelling, release))
  }
  const all = [...verdicts, ...[...older.values()].flat()]
  if (names.length === 0 && all.every(({ missing }) => missing === null)) writeFileSync(pagePath, page(verdicts, older))
  return conclude(all, isStrict)
}

/** At one that passes for the release. */
async function atBlink(chosen: readonly Client[], asVersion: Release): Promise<readonly Verdict[]> {
  // With an authorizer, which is asked about everything and knows of no ACL but those of kafka-acls.
  const settings = settingsFor({ restPort: null, asVersion, hasAuthorizer: true, allowsIfNoAclFound: true })
  const broker = await startBroker(settings, { logger: silent })
  try {
    return await judged(chosen, `127.0.0.1:${broker.kafkaPorts[0]}`)
  } finally {
    await broker.close()
  }
}

/** One after another is had, as they compete for compilers; then as many tell at once as there are processors. */
async function judged(chosen: readonly Client[], address: string): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  const waiting: { client: Client; program: Program }[] = []
  for (const client of chosen) {
    try {
      waiting.push({ client, program: await client.prepare() })
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      console.log(`- ${client.name} skipped: ${error.message}`)
      verdicts.push({ client, version: '', missing: error.message, passed: [], failed: [] })
    }
  }
  waiting.sort((a, b) => waits(b.client) - waits(a.client))
  const tellers = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      verdicts.push(await tried(next.client, next.program, address))
    }
  })
  await Promise.all(tellers)
  return verdicts.sort((a, b) => chosen.indexOf(a.client) - chosen.indexOf(b.client))
}

/** Those that take a minute begin first. */
function waits({ steps }: Client): number {
  return steps.length === 1 ? 1 : 0
}

async function tried(client: Client, program: Program, address: string): Promise<Verdict> {
  const name = `${client.name.replaceAll(/\W+/g, '-').toLowerCase()}-${randomUUID().slice(0, 8)}`
  const startMs = performance.now()
  const { seen, complaint } = await told(program, address, name)
  const passed: string[] = []
  const failed: string[] = []
  for (const step of client.steps) {
    const problem = await problemOf(client, step, seen.get(step.name), address, name)
    if (problem === null && step.name in client.cannot) continue
    if (problem === null) passed.push(step.name)
    else failed.push(`${step.name}: ${problem}`)
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  const sign = failed.length === 0 ? '✓' : '✗'
  console.log(`${sign} ${client.name} ${program.version}  ${passed.length} of ${client.steps.length}  ${seconds} s`)
  for (const line of failed) console.log(`    ${line}`)
  if (failed.length > 0) console.log(complaint)
  return { client, version: program.version, missing: null, passed, failed }
}

/** Null when the step came out as it should. */
async function problemOf(
  client: Client,
  step: Client['steps'][number],
  seen: string | undefined,
  address: string,
  name: string,
): Promise<string | null> {
  if (step.name in client.cannot) return seen === undefined ? null : 'it can do this after all: clients.ts says no'
  if (seen !== step.seen) return seen === undefined ? 'it did not come so far' : `"${seen}", not "${step.seen}"`
  if (!compressionTypes.some((codec) => codec === step.name)) return null
  const codec = await storedCodec(address, `${name}-${step.name}`)
  return codec === step.name ? null : `it was stored with codec ${codec}`
}

function told({ file, args, env }: Program, address: string, name: string): Promise<Told> {
  const child = spawn(file, [...args, address, name], { env: { ...process.env, ...env }, timeout: limitMs })
  let out = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint = `${complaint}${text}`.slice(-complaintMax)))
  return new Promise((resolve) => {
    child.on('error', (error) => (complaint += `${error}`))
    child.on('close', () => {
      const lines = [...out.matchAll(/^([^:\n]+): (.*)$/gm)]
      resolve({ seen: new Map(lines.map(([, step, seen]) => [step!, seen!])), complaint })
    })
  })
}

function conclude(verdicts: readonly Verdict[], isStrict: boolean): number {
  const skipped = verdicts.filter(({ missing }) => missing !== null).length
  const sum = (list: (verdict: Verdict) => readonly string[]) =>
    verdicts.reduce((all, one) => all + list(one).length, 0)
  const [passed, failed] = [sum((one) => one.passed), sum((one) => one.failed) + (isStrict ? skipped : 0)]
  console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} clients skipped`}`)
  return failed === 0 && passed > 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
