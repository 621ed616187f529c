/**
 * Holds the versions that ended with Kafka 4.0 (KIP-896) against 3.9, the last release that served them: `npm run
 * compat:older`, which takes its jars from Maven Central and Java 17. Blink passes for 3.9 meanwhile. Words choose
 * among the APIs.
 */
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { olderKafka } from '../bench/brokers/kafka.ts'
import { settingsFor } from '../support/running.ts'
import { reachable } from './at-hand.ts'
import { type Explained, explains } from './differential/explained.ts'
import { summary } from './differential/findings.ts'
import { Side } from './differential/side.ts'
import { stories } from './differential/stories/index.ts'
import type { Finding } from './differential/telling.ts'
import { told } from './differential/told.ts'
import { warmUpCoordinators } from './differential/warm-up.ts'

/** Stories that begin with what only later releases do. */
const beyond = ['topic configs', 'members of the new protocol', 'describe']

const batches = 'record batches in versions that were there before they were'
const kept = 'Kafka kept what version 0 commits in ZooKeeper, and refuses it without'

interface ExplainedHere extends Explained {
  readonly version?: number
}

const explained: readonly ExplainedHere[] = [
  { api: 'CreateTopics', title: 'collides with another', why: '3.9 let names collide that differ in . and _' },
  {
    api: 'CreateDelegationToken',
    isRare: true,
    why: 'where nobody logs in, this version of 3.9 fails over its own answer',
  },
  { api: 'Produce', title: 'records = null', why: 'upon no records at all 3.9 never answers' },
  { api: 'Produce', title: 'cut short', why: batches },
  { api: 'Produce', title: 'too new', why: 'message.timestamp.after.max.ms is as in 4.4' },
  { api: 'Fetch', title: 'partitionMaxBytes', why: 'the first batch is sent whole, as to newer clients' },
  { api: 'OffsetCommit', version: 0, why: kept },
  { api: 'OffsetCommit', version: 1, title: 'groupId = ""', why: 'a group without a name is refused as by 4.4' },
  {
    api: 'OffsetCommit',
    version: 1,
    title: 'its first twice',
    why: 'what is committed twice is told twice, as by 4.4',
  },
  { api: 'OffsetFetch', why: kept },
  { api: 'WriteTxnMarkers', title: 'its first twice', why: 'upon what is asked twice 3.9 fails' },
]

async function main(words: readonly string[]): Promise<number> {
  const theirs = await reachable(olderKafka)
  if (theirs === null) return 0
  const ours = await startBroker(settingsFor({ restPort: null, asVersion: '3.9' }), { logger: silent })
  try {
    const sides = [new Side('Blink', `127.0.0.1:${ours.kafkaPorts[0]}`), new Side('Kafka', theirs.address)] as const
    for (const side of sides) await warmUpCoordinators(side)
    const findings = await judge(sides, words)
    for (const side of sides) side.close()
    return conclude(findings, words.length === 0)
  } finally {
    await ours.close()
    await theirs.stop()
  }
}

async function judge(sides: readonly [Side, Side], words: readonly string[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const story of stories) {
    const { api, title } = story
    if (api.oldest === undefined || beyond.includes(title)) continue
    if (words.length > 0 && !words.includes(api.name)) continue
    let compared = 0
    for (let version = api.oldest; version < api.versions[0]; version++) {
      const telling = await told(sides, story, version, isMeant)
      findings.push(...telling.findings)
      compared += telling.compared
    }
    console.log(`${api.name}, ${title}: ${compared} requests`)
  }
  return findings
}

function conclude(findings: readonly Finding[], isWhole: boolean): number {
  const unexplained = findings.filter((finding) => !isMeant(finding))
  for (const line of summary(unexplained)) console.log(line)
  const stale = isWhole
    ? explained.filter((each) => each.isRare !== true && !findings.some((finding) => explainsHere(each, finding)))
    : []
  for (const each of stale) console.log(`✗ explained, but not different: ${JSON.stringify(each)}`)
  console.log(`${findings.length} differences, ${unexplained.length} of them unexplained`)
  return unexplained.length + stale.length
}

function isMeant(finding: Finding): boolean {
  return isFilledUp(finding) || explained.some((each) => explainsHere(each, finding))
}

function explainsHere(each: ExplainedHere, finding: Finding): boolean {
  return (each.version === undefined || each.version === finding.version) && explains(each, finding)
}

/** In hexadecimal, as records are shown. */
const noOffset = 'ffffffffffffffff'

/** Kafka says how long its records are before it converts them, and fills up with a message that is cut short. */
function isFilledUp({ api, ours, theirs }: Finding): boolean {
  const records = ours.slice(0, -1)
  const more = theirs.slice(records.length, -1)
  return api === 'Fetch' && theirs.startsWith(records) && noOffset.startsWith(more.slice(0, noOffset.length))
}

process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1
