/** `blink topics …`: lists, describes, creates, deletes and grows topics, and changes their configs. */
import { Argument, type Command, Option } from 'commander'
import type { KafkaClient, TopicAt } from '../client/kafka-client.ts'
import { endsOf, type PartitionEnds } from '../client/offsets.ts'
import {
  changeConfigs,
  type Config,
  configsOf,
  createTopic,
  deleteTopic,
  growTopic,
  topicResource,
} from '../client/topic-admin.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import { collect, collectPairs, positive } from './arguments.ts'
import { brokerCommands, type BrokerOptions } from './broker-options.ts'
import type { Run } from './running.ts'

export function describe(topics: Command, run: Run): void {
  const { sub, doing } = brokerCommands(topics, run)

  sub('list', 'all topics, with their partitions and how many records they hold', 'blink topics list')
    .option('--internal', "also those of the broker's own")
    .action((options: ListOptions) => doing(options, (client, shell) => listTopics(options, client, shell)))
  sub('describe <topics...>', 'partitions, leaders and offsets', 'blink topics describe orders').action(
    (names: string[], options: BrokerOptions) =>
      doing(options, (client, shell) => describeTopics(names, options, client, shell)),
  )
  sub('create <topics...>', 'creates topics', 'blink topics create orders -p 3 -c retention.ms=60000')
    .addOption(new Option('-p, --partitions <count>', 'default: as the broker would').argParser(positive))
    .addOption(new Option('-r, --replicas <count>', 'default: as the broker would').argParser(positive))
    .addOption(new Option('-c, --config <name=value>', 'may be repeated').argParser(collectPairs))
    .option('--if-not-exists', 'one that is there already is no mistake')
    .action((names: string[], options: CreateOptions) =>
      doing(options, (client, shell) => createTopics(names, options, client, shell)),
    )
  sub('delete <topics...>', 'deletes topics, with all their records', 'blink topics delete orders')
    .option('--if-exists', 'one that is not there is no mistake')
    .action((names: string[], options: DeleteOptions) =>
      doing(options, (client, shell) => deleteTopics(names, options, client, shell)),
    )
  sub('grow <topic>', 'to so many partitions in all', 'blink topics grow orders 6')
    .addArgument(new Argument('<partitions>', 'in all').argParser(positive))
    .action((name: string, count: number, options: BrokerOptions) =>
      doing(options, (client, shell) => grow(name, count, options, client, shell)),
    )
  sub('configs <topic>', 'shows or changes configs', 'blink topics configs orders --set retention.ms=60000')
    .addOption(new Option('--set <name=value>', 'may be repeated').argParser(collectPairs))
    .addOption(new Option('--unset <name>', 'back to its default; may be repeated').argParser(collect))
    .option('--all', 'also those that are as they are by default')
    .action((name: string, options: ConfigOptions) =>
      doing(options, (client, shell) => configs(name, options, client, shell)),
    )
}

interface ListOptions extends BrokerOptions {
  readonly internal?: boolean
}
interface CreateOptions extends BrokerOptions {
  readonly partitions?: number
  readonly replicas?: number
  readonly config?: readonly (readonly [string, string])[]
  readonly ifNotExists?: boolean
}
interface DeleteOptions extends BrokerOptions {
  readonly ifExists?: boolean
}
interface ConfigOptions extends BrokerOptions {
  readonly set?: readonly (readonly [string, string])[]
  readonly unset?: readonly string[]
  readonly all?: boolean
}

export async function listTopics(
  { json, internal }: ListOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  const topics = (await client.topics()).filter(({ isInternal }) => internal === true || !isInternal)
  const counts = await recordCounts(client, topics)
  const shown = topics.map(({ name, isInternal, partitions }) => ({
    topic: name,
    partitions: partitions.length,
    replicas: partitions[0]?.replicas.length ?? 0,
    records: counts.get(name) ?? null,
    is_internal: isInternal,
  }))
  if (json) for (const one of shown) shell.out(JSON.stringify(one))
  else if (shown.length === 0) shell.tell('no topics')
  else {
    const columns = [{ title: 'topic' }, ...numbers('partitions', 'replicas', 'records')]
    const rows = shown.map(({ topic, partitions, replicas, records }) => {
      return [topic, `${partitions}`, `${replicas}`, records === null ? '?' : `${records}`]
    })
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

function numbers(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, isRight: true }))
}

/** Between first and last offset; a topic with a partition that has no leader is not counted. */
async function recordCounts(client: KafkaClient, topics: readonly TopicAt[]): Promise<Map<string, number>> {
  const whole = topics.filter(({ partitions }) => partitions.every(({ leaderId }) => leaderId >= 0))
  const asked = whole.flatMap(({ name, partitions }) =>
    partitions.map(({ index }) => ({ topic: name, partition: index })),
  )
  const counts = new Map<string, number>()
  for (const { topic, start, end } of await endsOf(client, asked)) {
    counts.set(topic, (counts.get(topic) ?? 0) + end - start)
  }
  return counts
}

export async function describeTopics(
  names: readonly string[],
  { json }: BrokerOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  for (const name of names) {
    const topic = await client.topic(name, { isFresh: true })
    const led = topic.partitions.filter(({ leaderId }) => leaderId >= 0)
    const ends = await endsOf(
      client,
      led.map(({ index }) => ({ topic: name, partition: index })),
    )
    const changed = (await configsOf(client, { type: topicResource, name })).filter(({ source }) => source === 'topic')
    if (json) shell.out(JSON.stringify(shownTopic(topic, ends, changed)))
    else for (const line of topicLines(shell, topic, ends, changed)) shell.out(line)
  }
  return 0
}

function shownTopic({ name, id, isInternal, partitions }: TopicAt, ends: readonly PartitionEnds[], changed: Config[]) {
  return {
    topic: name,
    id,
    is_internal: isInternal,
    configs: Object.fromEntries(changed.map((config) => [config.name, config.value])),
    partitions: partitions.map(({ index, leaderId, replicas, inSync }) => {
      const found = ends.find(({ partition }) => partition === index)
      const offsets = { start_offset: found?.start ?? null, end_offset: found?.end ?? null }
      return { partition: index, leader: leaderId < 0 ? null : leaderId, replicas, in_sync: inSync, ...offsets }
    }),
  }
}

function topicLines(shell: Shell, topic: TopicAt, ends: readonly PartitionEnds[], changed: Config[]): string[] {
  const { partitions, configs, id } = shownTopic(topic, ends, changed)
  const columns = [
    ...numbers('partition', 'leader', 'start', 'end', 'records'),
    { title: 'replicas' },
    { title: 'in sync' },
  ]
  const rows = partitions.map(({ partition, leader, replicas, in_sync, start_offset, end_offset }) => {
    const records = start_offset === null || end_offset === null ? null : end_offset - start_offset
    const cells = [partition, leader, start_offset, end_offset, records].map((one) => `${one ?? '–'}`)
    return [...cells, replicas.join(','), in_sync.join(',')]
  })
  const settings = Object.entries(configs).map(([name, value]) => `  ${name} = ${value}`)
  return [`${topic.name}${id === null ? '' : `  ${id}`}`, ...settings, ...tableLines(shell, columns, rows)]
}

export async function createTopics(
  names: readonly string[],
  options: CreateOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  const { partitions = -1, replicas = -1, config = [], ifNotExists, json } = options
  for (const name of names) {
    const created = await unless('TOPIC_ALREADY_EXISTS', ifNotExists, () =>
      createTopic(client, { name, partitions, replicas, configs: new Map(config) }),
    )
    if (json)
      shell.out(JSON.stringify({ topic: name, is_created: created !== null, partitions: created?.partitions ?? null }))
    else if (created === null) shell.tell(`${name} was there already`)
    else shell.tell(`created ${name}${created.partitions > 0 ? `, ${plural(created.partitions)}` : ''}`)
  }
  return 0
}

export async function deleteTopics(
  names: readonly string[],
  { ifExists, json }: DeleteOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  for (const name of names) {
    const deleted = await unless('UNKNOWN_TOPIC_OR_PARTITION', ifExists, async () => {
      await deleteTopic(client, name)
      return true
    })
    if (json) shell.out(JSON.stringify({ topic: name, is_deleted: deleted === true }))
    else shell.tell(deleted ? `deleted ${name}` : `${name} was not there`)
  }
  return 0
}

/** Null: it was refused with that error, which does not matter. */
async function unless<T>(error: string, isAllowed: boolean | undefined, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run()
  } catch (thrown) {
    const { ClientError } = await import('../client/client-error.ts')
    if (isAllowed && thrown instanceof ClientError && thrown.error?.name === error) return null
    throw thrown
  }
}

async function grow(name: string, count: number, { json }: BrokerOptions, client: KafkaClient, shell: Shell) {
  await growTopic(client, name, count)
  if (json) shell.out(JSON.stringify({ topic: name, partitions: count }))
  else shell.tell(`${name} has ${plural(count)}`)
  return 0 as const
}

export async function configs(
  name: string,
  { set = [], unset = [], all, json }: ConfigOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  const resource = { type: topicResource, name }
  const changes = new Map<string, string | null>([...set, ...unset.map((one) => [one, null] as const)])
  if (changes.size < set.length + unset.length) throw new Mistake('a config is named twice; name each once', 2)
  if (changes.size > 0) await changeConfigs(client, resource, changes)
  const told = (await configsOf(client, resource)).sort((a, b) => (a.name < b.name ? -1 : 1))
  const shown = told.filter((one) => all || json || one.source === 'topic' || changes.has(one.name))
  if (json) {
    for (const { name, value, source, isReadOnly } of shown) {
      shell.out(JSON.stringify({ name, value, source, is_read_only: isReadOnly }))
    }
  } else if (shown.length === 0) shell.tell(`${name} has no configs of its own; --all shows what holds for it`)
  else {
    const columns = ['config', 'value', 'from'].map((title) => ({ title }))
    const rows = shown.map((one) => [one.name, one.isSensitive ? '(hidden)' : (one.value ?? '–'), one.source])
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

function plural(partitions: number): string {
  return partitions === 1 ? '1 partition' : `${partitions} partitions`
}
