/**
 * Compares src/protocol/messages with the definitions that Apache Kafka's own client carries: `npm run
 * compat:protocol`, which takes the jar of kafka-clients from Maven Central, or `npm run compat:protocol --
 * kafka-clients.jar`.
 *
 * Lists every difference and ends with code 1 if one of them is not declared below.
 */
import type { Api } from '../../src/protocol/schema.ts'
import { describedApis } from '../support/apis.ts'
import { compareApi, compareOlder, type Difference } from './compare.ts'
import { type KafkaMessage, messagesIn, versionRange } from './definitions.ts'
import { jar, kafkaVersion } from './jars.ts'

/** Differences that are meant, by message and path. */
const declared: Readonly<Record<string, string>> = {
  'Produce request topicData[].partitionData[].records': 'a producer sends one piece: bytes, not the list of a Fetch',
}

/** The last that served the oldest versions. */
const olderVersion = '3.9.1'

function main(): Promise<number> {
  const clients = process.argv[2] ?? jar(`org.apache.kafka:kafka-clients:${kafkaVersion}`)
  const older = jar(`org.apache.kafka:kafka-clients:${olderVersion}`)
  if (clients === null || older === null) {
    console.log(
      `skipped: kafka-clients ${kafkaVersion} or ${olderVersion} cannot be had (it takes Maven and a registry)`,
    )
    return Promise.resolve(0)
  }
  return compare(messagesIn(clients), messagesIn(older))
}

type Messages = ReadonlyMap<string, KafkaMessage>

async function compare(theirs: Messages, older: Messages): Promise<number> {
  const apis = await describedApis()
  const differences = apis.flatMap((api) => [
    ...compareIn(theirs, api, compareApi),
    ...(api.oldest === undefined ? [] : compareIn(older, api, compareOlder)),
  ])
  const meant = differences.filter((difference) => declared[placeOf(difference)] !== undefined)
  const undeclared = differences.filter((difference) => !meant.includes(difference))
  const stale = Object.keys(declared).filter((place) => !meant.some((difference) => placeOf(difference) === place))

  list('Not described here, though clients may ask for it', missing(theirs, new Set(apis.map(({ key }) => key))))
  list(
    'Different, and meant',
    meant.map((difference) => `${line(difference)} (${declared[placeOf(difference)]})`),
  )
  list('Different', undeclared.map(line))
  list('Declared, but not different', stale)
  console.log(`${apis.length} APIs compared with Kafka ${kafkaVersion}: ${undeclared.length} undeclared differences`)
  return undeclared.length + stale.length === 0 ? 0 : 1
}

function compareIn(theirs: Messages, api: Api, comparison: typeof compareApi): Difference[] {
  const [request, response] = ['Request', 'Response'].map((part) => theirs.get(`${api.name}${part}`))
  if (request !== undefined && response !== undefined) return comparison(api, request, response)
  return [{ message: api.name, path: '', versions: api.versions, what: 'unknown to Kafka' }]
}

/** The APIs that Kafka's brokers offer and we do not describe. */
function missing(theirs: ReadonlyMap<string, KafkaMessage>, keys: ReadonlySet<number>): string[] {
  return [...theirs.values()]
    .filter(({ type, listeners }) => type === 'request' && listeners?.includes('broker'))
    .filter(({ apiKey, validVersions }) => versionRange(validVersions) !== null && !keys.has(apiKey!))
    .sort((a, b) => a.apiKey! - b.apiKey!)
    .map(({ apiKey, name, validVersions }) => `${apiKey} ${name.replace(/Request$/, '')} ${validVersions}`)
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log([`${title}:`, ...lines.map((each) => `  ${each}`), ''].join('\n'))
}

function placeOf({ message, path }: Difference): string {
  return `${message} ${path}`.trimEnd()
}

function line(difference: Difference): string {
  const [first, last] = difference.versions
  return `${placeOf(difference)}, v${first === last ? first : `${first}-${last}`}: ${difference.what}`
}

process.exitCode = await main()
