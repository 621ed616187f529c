/**
 * Lets Kafka's own Java client encode and decode what our codec did, random messages of every API in every version, and
 * look at our table of errors.
 * `npm run compat:codec`; needs Java 17 and Maven, and says so where they are missing.
 *
 * With `-- --golden` it prints a sample of what both agree on: the content of test/protocol/golden.jsonl.
 */
import { spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { Writer } from '../../src/base/bytes.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { compile } from '../../src/protocol/compile.ts'
import * as kafkaErrors from '../../src/protocol/errors.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { describedApis, messagesOf } from '../support/apis.ts'
import { asJson } from '../support/golden.ts'
import { sampleMessage } from '../support/samples.ts'
import { jar, kafkaVersion } from './jars.ts'

const samplesPerMessage = 20
const seed = Number(process.env['SEED'] ?? 1)

/** The last release that had the oldest versions. */
const olderVersion = '3.9.1'

const needed = [
  'com.fasterxml.jackson.core:jackson-databind:2.19.0',
  'com.fasterxml.jackson.core:jackson-core:2.19.0',
  'com.fasterxml.jackson.core:jackson-annotations:2.19.0',
  'org.slf4j:slf4j-api:1.7.36',
]

/** One line of golden.jsonl. */
interface Agreed {
  /** As Kafka's class is named: `FetchRequest`. */
  readonly name: string
  readonly version: number
  /** No longer served by the current release. */
  readonly isOlder: boolean
  readonly json: string
  readonly hex: string
}

async function main(): Promise<number> {
  const jars = needed.map(jar)
  const [newest, older] = [kafkaVersion, olderVersion].map((one) => jar(`org.apache.kafka:kafka-clients:${one}`))
  if (jars.includes(null) || newest === null || older === null || spawnSync('java', ['-version']).status !== 0) {
    console.log('skipped: it takes Java 17 and Maven')
    return 0
  }
  const all = await samples()
  const asked = all.filter(({ isOlder }) => !isOlder)
  const errors = Object.values(kafkaErrors).filter((each) => each instanceof KafkaError)
  const aboutErrors = errors.map(({ code, name, isRetriable }) => `error ${code} ${name} ${isRetriable}`)
  const outcomes = [
    agree([newest!, ...jars] as string[], [...asked.map(question), ...aboutErrors]),
    agree([older!, ...jars] as string[], all.filter(({ isOlder }) => isOlder).map(question)),
  ]
  if (outcomes.includes(false)) return 1
  if (process.argv.includes('--golden')) console.log(golden(asked))
  else
    console.log(
      `${all.length} messages (seed ${seed}) and ${errors.length} errors: as Kafka ${kafkaVersion}, and for older ` +
        `versions ${olderVersion}, has them`,
    )
  return 0
}

function question({ name, version, json, hex }: Agreed): string {
  return `${name} ${version} ${base64(json)} ${hex}`
}

/** Whether Kafka's client says the same; what it says else is printed. */
function agree(jars: readonly string[], questions: readonly string[]): boolean {
  const input = questions.map((line) => `${line}\n`).join('')
  const options = ['-cp', jars.join(delimiter), 'test/compat/KafkaCodec.java']
  const { status, stdout, stderr } = spawnSync('java', options, { input, encoding: 'utf8', maxBuffer: 2 ** 30 })
  const isAgreed = status === 0 && stdout.trim() === `asked ${questions.length}`
  if (!isAgreed) console.log(stdout, stderr)
  return isAgreed
}

async function samples(): Promise<readonly Agreed[]> {
  const random = new SeededRandom(seed)
  const apis = await describedApis()
  return apis.flatMap((api) =>
    messagesOf(api).flatMap(({ direction, version, fields, isFlexible }) => {
      const codec = compile(fields, version, isFlexible)
      return Array.from({ length: samplesPerMessage }, () => {
        const message = sampleMessage(fields, version, random)
        const writer = new Writer()
        codec.encode(writer, message)
        const name = `${api.name}${direction === 'request' ? 'Request' : 'Response'}`
        const isOlder = version < api.versions[0]
        return { name, version, isOlder, json: asJson(fields, version, message), hex: writer.concat().toString('hex') }
      })
    }),
  )
}

/** Of some APIs the lowest, a middle and the newest version. */
function golden(agreed: readonly Agreed[]): string {
  const chosen =
    /^(Produce|Fetch|Metadata|JoinGroup|ApiVersions|OffsetFetch|ListOffsets|CreateTopics)(Request|Response)$/
  const names = [...new Set(agreed.map(({ name }) => name))].filter((name) => chosen.test(name))
  const lines = names.flatMap((name) => {
    const all = agreed.filter((each) => each.name === name)
    const versions = [...new Set(all.map(({ version }) => version))]
    const three = [versions[0], versions[versions.length >> 1], versions.at(-1)]
    return three.map((version) => telling(all.filter((each) => each.version === version)))
  })
  const texts = lines.map(
    ({ name, version, json, hex }) => `{"name":"${name}","version":${version},"value":${json},"hex":"${hex}"}`,
  )
  return texts.join('\n')
}

/** The shortest, among those with the fewest empty arrays. */
function telling(samples: readonly Agreed[]): Agreed {
  const empty = ({ json }: Agreed) => json.split('[]').length
  return [...samples].sort((a, b) => empty(a) - empty(b) || a.hex.length - b.hex.length)[0]!
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

process.exitCode = await main()
