/**
 * The table of src/protocol/releases.ts, made from the definitions in the jars of kafka-clients, which Maven Central
 * has: `npm run compat:releases`. Ends with code 1 where the source has another table; `-- --write` puts it there.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { releases } from '../../src/protocol/releases.ts'
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

function main(words: readonly string[]): number {
  const steps = new Map<string, string[]>()
  const served = new Map<string, number>()
  for (const release of releases) {
    const path = jar(`org.apache.kafka:kafka-clients:${patches[release]}`)
    if (path === null) {
      console.log(`skipped: kafka-clients ${patches[release]} cannot be had (it takes Maven and a registry)`)
      return 0
    }
    const newest = newestIn(textsIn(path))
    for (const name of new Set([...served.keys(), ...newest.keys()])) {
      const version = newest.get(name) ?? -1
      if (version === (served.get(name) ?? -1)) continue
      served.set(name, version)
      const since = release === releases[0] ? '' : `@${release}`
      steps.set(name, [...(steps.get(name) ?? []), `${version < 0 ? 'none' : version}${since}`])
    }
  }
  // What the current release no longer serves is of no use to a broker that serves no more than that.
  const kept = [...steps].filter(([name]) => (served.get(name) ?? -1) >= 0).sort(([a], [b]) => (a < b ? -1 : 1))
  return conclude(kept.map(([name, list]) => `  ${name}: '${list.join(' ')}',\n`).join(''), words.includes('--write'))
}

/** By name, of what brokers offer, with ZooKeeper or without; less what was not yet stable. */
function newestIn(texts: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    texts.flatMap((text): [string, number][] => {
      // Some of the old definitions are no JSON further down.
      const said = (field: string) => new RegExp(`^ *"${field}": *(.+?),? *$`, 'm').exec(text)?.[1] ?? ''
      const range = versionRange(said('validVersions').replaceAll('"', ''))
      if (said('type') !== '"request"' || !/"(zkBroker|broker)"/.test(said('listeners'))) return []
      const newest = range === null ? -1 : range[1] - (said('latestVersionUnstable') === 'true' ? 1 : 0)
      return range === null || newest < range[0] ? [] : [[/"(\w+)Request"/.exec(said('name'))![1]!, newest]]
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

process.exitCode = main(process.argv.slice(2))
