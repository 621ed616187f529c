/**
 * Holds Blink against a real Apache Kafka: `npm run compat:kafka`, which takes Kafka's jars from Maven Central and Java
 * 17. Words choose among the stories: `npm run compat:kafka -- Fetch CreateTopics`. BROKER=host:port names a Kafka that
 * runs already.
 *
 * Both brokers get the same requests, right and wrong, in every version, and their answers are compared field by field.
 * With no words, both tell the scenarios that any Kafka tells, too, and the page docs/compatibility.md is written; it
 * ends with code 1 where a difference is not explained.
 */
import { writeFileSync } from 'node:fs'
import { silent } from '../../src/base/logger.ts'
import { handlers } from '../../src/handlers/index.ts'
import { startBroker } from '../../src/start.ts'
import { reachable } from './at-hand.ts'
import { metricsTakingKafka as kafka } from '../bench/brokers/kafka.ts'
import { settingsFor } from '../support/running.ts'
import { listProblems, notServed } from './differential/api-list.ts'
import { type Explained, explained, explains, isExplained } from './differential/explained.ts'
import { fieldPaths } from './differential/mutations.ts'
import { summary } from './differential/findings.ts'
import { page, type Row } from './differential/page.ts'
import { type Range, servedBy } from './differential/ranges.ts'
import { Side } from './differential/side.ts'
import { stories } from './differential/stories/index.ts'
import type { Finding, Story } from './differential/telling.ts'
import { told } from './differential/told.ts'
import { warmUp } from './differential/warm-up.ts'
import { failedAt, unsorted } from './scenarios.ts'

const pagePath = 'docs/compatibility.md'

async function main(words: readonly string[]): Promise<number> {
  const theirs = await reachable(kafka)
  if (theirs === null) return 0
  const ours = await startBroker(settingsFor({ restPort: null }), { logger: silent })
  try {
    const sides = [new Side('Blink', `127.0.0.1:${ours.kafkaPorts[0]}`), new Side('Kafka', theirs.address)] as const
    for (const side of sides) await warmUp(side)
    const different = await judge(sides, words)
    // What they leave behind would differ: their names are made at random.
    return different + (words.length === 0 ? await scenariosFailed(sides) : 0)
  } finally {
    await ours.close()
    await theirs.stop()
  }
}

async function scenariosFailed(sides: readonly Side[]): Promise<number> {
  for (const name of unsorted()) console.log(`✗ test/compat/scenarios.ts does not know the scenario ${name}`)
  let failed = unsorted().length
  for (const { name, address } of sides) failed += (await failedAt(name, address)).length
  return failed
}

async function judge(sides: readonly [Side, Side], words: readonly string[]): Promise<number> {
  const [ours, theirs] = [await servedBy(sides[0]), await servedBy(sides[1])]
  const chosen = stories.filter(({ api }) => words.length === 0 || words.includes(api.name))
  const findings: Finding[] = []
  const compared = new Map<number, number>()
  const tried = new Map<number, Set<string>>()
  for (const story of chosen) {
    for (const version of versionsOf(story, theirs.get(story.api.key))) {
      const telling = await told(sides, story, version, isExplained)
      findings.push(...telling.findings)
      tried.set(story.api.key, new Set([...(tried.get(story.api.key) ?? []), ...telling.tried]))
      compared.set(story.api.key, (compared.get(story.api.key) ?? 0) + telling.compared)
    }
    console.log(`${story.api.name}, ${story.title}: ${compared.get(story.api.key)} requests`)
  }
  for (const side of sides) side.close()
  const rows = handlers.map(({ api }): Row => {
    const of = findings.filter((finding) => finding.api === api.name)
    const requests = compared.get(api.key) ?? 0
    const [own, other] = [ours.get(api.key), theirs.get(api.key)]
    const newest = Math.min(own?.[1] ?? 0, other?.[1] ?? 0)
    const untried = fieldPaths(api.request, newest).filter((field) => tried.get(api.key)?.has(field) !== true)
    return { api, ours: own, theirs: other, requests, findings: of, untried }
  })
  for (const problem of listProblems(ours, theirs)) console.log(`✗ ${problem}`)
  const isWhole = words.length === 0
  if (isWhole) writeFileSync(pagePath, page(rows, notServed(ours, theirs)))
  return conclude(rows, findings, isWhole) + listProblems(ours, theirs).length
}

function conclude(rows: readonly Row[], findings: readonly Finding[], isWhole: boolean): number {
  const unexplained = findings.filter((finding) => !isExplained(finding))
  for (const line of summary(unexplained)) console.log(line)
  const isStale = (each: Explained) => each.isRare !== true && !findings.some((finding) => explains(each, finding))
  const stale = isWhole ? explained.filter(isStale) : []
  for (const each of stale) console.log(`✗ explained, but not different: ${JSON.stringify(each)}`)
  const untold = isWhole ? rows.filter(({ requests }) => requests === 0) : []
  for (const { api } of untold) console.log(`✗ no story is told of ${api.name}`)
  const untried = isWhole ? rows.filter((row) => row.requests > 0 && row.untried.length > 0) : []
  for (const row of untried) console.log(`✗ no story of ${row.api.name} changes ${row.untried.join(', ')}`)
  const requests = rows.reduce((sum, row) => sum + row.requests, 0)
  console.log(
    `${requests} requests compared: ${findings.length} differences, ${unexplained.length} of them unexplained`,
  )
  return unexplained.length + stale.length + untold.length + untried.length
}

/** Those that both serve, from the story's own range. */
function versionsOf({ api, versions = api.versions }: Story, theirs: Range | undefined): readonly number[] {
  const min = Math.max(versions[0], api.versions[0], theirs?.[0] ?? Number.POSITIVE_INFINITY)
  const max = Math.min(versions[1], api.versions[1], theirs?.[1] ?? Number.NEGATIVE_INFINITY)
  return Array.from({ length: Math.max(0, max - min + 1) }, (_, index) => min + index)
}

process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1
