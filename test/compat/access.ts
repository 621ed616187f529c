/**
 * Who may do what, held against a real Apache Kafka: `npm run compat:access`. Both brokers have an authorizer and the
 * same ACLs, by which each of several addresses of this machine may do one operation with everything. From each of them
 * each API is asked about a topic that is there and one that is not.
 *
 * Words choose among the APIs, and have them asked in each version, not only in the oldest and the newest. Ends with
 * code 1 where an answer differs.
 */
import { setTimeout } from 'node:timers/promises'
import { operations, resourceTypes } from '../../src/authorization/acl.ts'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { silent } from '../../src/base/logger.ts'
import type { Handler } from '../../src/handlers/handler.ts'
import { handlers } from '../../src/handlers/index.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { createAcls } from '../../src/protocol/messages/create-acls.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { startBroker } from '../../src/start.ts'
import { reachable } from './at-hand.ts'
import { authorizingKafka as kafka } from '../bench/brokers/kafka.ts'
import { type Question, questions } from '../support/questions.ts'
import { settingsFor } from '../support/running.ts'
import { Side } from './differential/side.ts'
import { aclStories } from './differential/stories/acls.ts'
import { type Finding, type Story, story, Telling } from './differential/telling.ts'
import { told } from './differential/told.ts'
import { warmUp } from './differential/warm-up.ts'

const administrator = '127.0.0.1'
/** At each address one may do this and nothing else. */
const roles: readonly (readonly [address: string, operation: keyof typeof operations | null])[] = [
  ['127.0.0.2', null],
  ...Object.keys(operations)
    .filter((operation) => !['UNKNOWN', 'ANY', 'ALL'].includes(operation))
    .map((operation, at) => [`127.0.0.${at + 3}`, operation as keyof typeof operations] as const),
]
interface Apart {
  readonly api: string
  readonly path: RegExp
  /** Of what the title begins with; of all without it. */
  readonly title?: string
  readonly why: string
}

/** Of whom may do what these tell nothing: what each broker makes up, or Kafka lacks here; each with its reason. */
const apart: readonly Apart[] = [
  { api: 'GetTelemetrySubscriptions', path: /Id$/, why: 'ids that each makes up' },
  { api: 'DescribeQuorum', path: /highWatermark|logEndOffset/, why: 'how far its own log goes' },
  {
    api: 'AlterReplicaLogDirs',
    path: /errorCode/,
    title: 'who may ALTER:',
    why: 'the directories of one are not those of the other',
  },
  { api: 'DescribeUserScramCredentials', path: /^$/, why: 'Kafka never answers whom it refuses' },
  {
    api: 'ShareFetch',
    path: /^(responses|errorCode|acquisition)/,
    why: 'of an unknown session Kafka fails as a whole',
  },
  { api: 'DescribeShareGroupOffsets', path: /topicId$/, why: 'of a new topic Kafka hears a moment later there' },
  { api: 'DescribeConfigs', path: /errorMessage/, why: 'which topics there are not is said in other words' },
]

const misfits = [
  { resourceType: 4, resourceName: '7', configs: [{ name: 'log.retention.ms', value: '1000', configOperation: 0 }] },
  { resourceType: 4, resourceName: '', configs: [{ name: 'log.retention.ms', value: 'long', configOperation: 0 }] },
  { resourceType: 3, resourceName: 'x', configs: [{ name: 'x', value: 'x', configOperation: 0 }] },
]
const alterMisfits = misfits.map((misfit) => () => ({ resources: [misfit], validateOnly: true }))
/** What is refused to anybody, for another reason or for that one: only of Kafka is it known. */
const refused: Readonly<Record<string, readonly Question[]>> = {
  AlterConfigs: alterMisfits,
  IncrementalAlterConfigs: alterMisfits,
}
const unknownId = 'AAAAAAAAAAAAAAAAAAAAAg'
/** Kafka makes ACLs known only after it has answered, and topics to the coordinator of groups after their leader. */
const settleMs = 500

async function main(words: readonly string[]): Promise<number> {
  const theirs = await reachable(kafka)
  if (theirs === null) return 0
  const settings = settingsFor({ restPort: null, hasAuthorizer: true, allowsIfNoAclFound: true })
  const ours = await startBroker(settings, { logger: silent })
  try {
    const our = `127.0.0.1:${ours.kafkaPorts[0]}`
    return await compare((from) => [new Side('Blink', our, from), new Side('Kafka', theirs.address, from)], words)
  } finally {
    await ours.close()
    await theirs.stop()
  }
}

type Sides = readonly [Side, Side]

async function compare(sidesFrom: (address: string) => Sides, words: readonly string[]): Promise<number> {
  const admins = sidesFrom(administrator)
  for (const side of admins) {
    await warmUp(side)
    await grant(side)
  }
  await setTimeout(settleMs)
  const findings: Finding[] = []
  let compared = 0
  const isAsked = ({ api }: Handler) =>
    api.name !== apiVersions.name && (words.length === 0 || words.includes(api.name))
  const chosen = (api: Api) => (words.length === 0 ? [...new Set(api.versions)] : versionsOf(api))
  const tell = async (sides: Sides, one: Story, version: number) => {
    const telling = await told(sides, one, version, isApart)
    findings.push(...telling.findings.filter((finding) => !isApart(finding)))
    compared += telling.compared
  }
  for (const { api } of handlers.filter(isAsked)) {
    const asks = questions[api.name]
    if (asks === undefined) throw new Error(`test/support/questions.ts asks nothing of ${api.name}`)
    const all = [...asks, ...(refused[api.name] ?? [])]
    for (const [address, operation] of roles) {
      const sides = sidesFrom(address)
      const title = operation === null ? 'who may do nothing' : `who may ${operation}`
      for (const version of chosen(api)) await tell(sides, asked(api, title, all, admins), version)
      for (const side of sides) side.close()
    }
    console.log(`${api.name}: ${compared} requests compared by now`)
  }
  if (words.length === 0 || words.includes('ACLs')) {
    for (const one of aclStories) for (const version of versionsOf(one.api)) await tell(admins, one, version)
  }
  for (const side of admins) side.close()
  for (const line of summary(findings)) console.log(line)
  console.log(`${compared} requests compared: ${findings.length} differences`)
  return findings.length === 0 ? 0 : 1
}

function isApart(finding: Finding): boolean {
  return apart.some(
    ({ api, path, title = '' }) => api === finding.api && path.test(finding.path) && finding.title.startsWith(title),
  )
}

function versionsOf({ versions: [min, max] }: Api): readonly number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}

/** The administrator may do everything, and each role its operation, with whatever there is. */
async function grant(side: Side): Promise<void> {
  const { UNKNOWN, ANY, ...types } = resourceTypes
  const all = Object.values(types).map((resourceType) => ({
    resourceType,
    resourceName: resourceType === resourceTypes.CLUSTER ? 'kafka-cluster' : '*',
    resourcePatternType: 3,
    principal: 'User:*',
    permissionType: 3,
  }))
  const allowed = roles.filter(([, operation]) => operation !== null)
  const creations = all.flatMap((one) => [
    { ...one, host: administrator, operation: operations.ALL },
    ...allowed.map(([host, operation]) => ({ ...one, host, operation: operations[operation!] })),
  ])
  const outcome = await side.ask(createAcls, 3, { creations })
  const isDone =
    outcome.kind === 'answer' &&
    outcome.message.results.every(({ errorCode }: { errorCode: number }) => errorCode === 0)
  if (!isDone) throw new Error(`${side.name} makes no ACLs: ${JSON.stringify(outcome)}`)
}

/** Asked once about what there is, which the administrator makes, and once about what there is not. */
function asked(api: Api, title: string, all: readonly Question[], admins: Sides): Story {
  return story(api, title, async (told) => {
    const names = () => ({ group: told.name('g'), transactionalId: told.name('tx'), fresh: told.name('new') })
    const admin = new Telling(
      admins,
      story(api, title, async () => {}),
      told.version,
    )
    for (const question of all) {
      const [topic, known] = [told.name('t'), names()]
      const ids = await admin.topic(topic)
      if (api.name === consumerGroupHeartbeat.name) await setTimeout(settleMs)
      await told.ask('about a topic', api, told.version, (side) => question({ topic, topicId: ids[side], ...known }))
      const topicId = api.name === 'DeleteTopics' ? ZERO_UUID : unknownId
      const unknown = { topic: told.name('missing'), topicId, ...names() }
      await told.ask('about no topic', api, told.version, question(unknown))
    }
  })
}

/** The same difference in many versions is told once. */
function summary(findings: readonly Finding[]): readonly string[] {
  const alike = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = [finding.api, finding.title, finding.path, finding.ours, finding.theirs]
      .join(' ')
      .replaceAll(/-\d+/g, '-')
    alike.set(key, [...(alike.get(key) ?? []), finding])
  }
  return [...alike.values()].map((all) => {
    const [{ api, path, title, ours, theirs }] = all as [Finding, ...Finding[]]
    const versions = [...new Set(all.map(({ version }) => version))].join(', ')
    const values = `${path}: Blink ${ours}\n    ${' '.repeat(path.length)}  Kafka ${theirs}`
    return `✗ ${api} v${versions}, ${title}\n    ${values}`
  })
}

process.exitCode = await main(process.argv.slice(2))
