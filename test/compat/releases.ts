/**
 * The table of src/protocol/releases.ts, made from the definitions in the jars of kafka-clients, which Maven Central
 * has: `npm run compat:releases`. Ends with code 1 where the source has another table; `-- --write` puts it there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { apiAt, type Release, releases } from '../../src/protocol/releases.ts'
import { describedApis } from '../support/apis.ts'
import { textsIn, versionRange } from './definitions.ts'
import { jar, kafkaVersion } from './jars.ts'

const source = 'src/protocol/releases.ts'
const opening = 'const newestVersions: Readonly<Record<string, string>> = {\n'

/** The last patch of each. */
const patches: Readonly<Record<(typeof releases)[number], string>> = {
  '2.8': '2.8.2',
  '3.0': '3.0.2',
  '3.1': '3.1.2',
  '3.2': '3.2.3',
  '3.3': '3.3.2',
  '3.4': '3.4.1',
  '3.5': '3.5.2',
  '3.6': '3.6.2',
  '3.7': '3.7.2',
  '3.8': '3.8.1',
  '3.9': '3.9.1',
  '4.0': '4.0.1',
  '4.1': '4.1.1',
  '4.2': '4.2.1',
  '4.3': '4.3.1',
  '4.4': kafkaVersion,
}

type Range = readonly [oldest: number, newest: number]

async function main(words: readonly string[]): Promise<number> {
  const served = servedBy()
  if (served === null) return 0
  const named = new Map(
    [...served.values()].flatMap((apis) => [...apis].map(([key, { name }]) => [key, name] as const)),
  )
  const wrongBeginnings = await beginnings(served)
  for (const wrong of wrongBeginnings) console.log(wrong)
  const table = [...named]
    // What the current release no longer serves is of no use to a broker that serves no more than that.
    .filter(([key]) => served.get(releases.at(-1)!)!.has(key))
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .map(([key, name]) => `  ${name}: '${steps(served, key)}',\n`)
  return Math.max(conclude(table.join(''), words.includes('--write')), wrongBeginnings.length > 0 ? 1 : 0)
}

type Served = ReadonlyMap<Release, ReadonlyMap<number, { readonly name: string; readonly range: Range }>>

/** By release, and by the key of an API, whose name may change; null where a jar cannot be had. */
function servedBy(): Served | null {
  const served = new Map<Release, ReadonlyMap<number, { name: string; range: Range }>>()
  for (const release of releases) {
    const path = jar(`org.apache.kafka:kafka-clients:${patches[release]}`)
    if (path === null) {
      console.log(`skipped: kafka-clients ${patches[release]} cannot be had (it takes Maven and a registry)`)
      return null
    }
    served.set(release, servedIn(textsIn(path)))
  }
  return served
}

/** The newest version since each release that brought one. */
function steps(served: Served, key: number): string {
  const found: string[] = []
  let before = -1
  for (const release of releases) {
    const newest = served.get(release)!.get(key)?.range[1] ?? -1
    if (newest === before) continue
    before = newest
    found.push(`${newest < 0 ? 'none' : newest}${release === releases[0] ? '' : `@${release}`}`)
  }
  return found.join(' ')
}

/** Where an API begins otherwise than we describe it. */
async function beginnings(served: Served): Promise<string[]> {
  const apis = await describedApis()
  return releases.flatMap((release) =>
    apis.flatMap((api) => {
      const theirs = served.get(release)!.get(api.key)?.range[0]
      const ours = apiAt(api, release)?.versions[0]
      return theirs === ours || theirs === undefined
        ? []
        : [`${api.name} of ${release} begins at version ${theirs}, ours at ${ours}`]
    }),
  )
}

/** What brokers offer, with ZooKeeper or without; less what was not yet stable. */
function servedIn(texts: readonly string[]): ReadonlyMap<number, { name: string; range: Range }> {
  return new Map(
    texts.flatMap((text): [number, { name: string; range: Range }][] => {
      // Some of the old definitions are no JSON further down.
      const said = (field: string) => new RegExp(`^ *"${field}": *(.+?),? *$`, 'm').exec(text)?.[1] ?? ''
      const range = versionRange(said('validVersions').replaceAll('"', ''))
      if (said('type') !== '"request"' || !/"(zkBroker|broker)"/.test(said('listeners'))) return []
      const newest = range === null ? -1 : range[1] - (said('latestVersionUnstable') === 'true' ? 1 : 0)
      if (range === null || newest < range[0]) return []
      const name = /"(\w+)Request"/.exec(said('name'))![1]!
      return [[Number(said('apiKey')), { name, range: [range[0], newest] }]]
    }),
  )
}

function conclude(table: string, mayWrite: boolean): number {
  const text = readFileSync(source, 'utf8')
  const start = text.indexOf(opening) + opening.length
  const end = text.indexOf('}\n', start)
  if (text.slice(start, end) === table) {
    console.log(`${table.split('\n').length - 1} APIs of ${releases.length} releases: as in ${source}`)
    return 0
  }
  if (mayWrite) writeFileSync(source, text.slice(0, start) + table + text.slice(end))
  console.log(
    mayWrite ? `${source} is written anew` : `${source} has another table; npm run compat:releases -- --write`,
  )
  return mayWrite ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
