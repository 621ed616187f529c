/** `blink groups …`: lists and describes consumer groups, shows how far behind they are, resets and deletes them. */
import { type Command, Option } from 'commander'
import { nameOf } from '../client/by-leader.ts'
import { ClientError, notThere } from '../client/client-error.ts'
import type { Position } from '../client/fetcher.ts'
import { allGroups, deleteGroup, describeGroup, type GroupShown, shareProtocolType } from '../client/group-admin.ts'
import { committedOffsets, commitOffsets, forgetOffsets } from '../client/group-offsets.ts'
import { shareOffsets } from '../client/share-offsets.ts'
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts'
import { endsOf, partitionsOf } from '../client/offsets.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { tableLines } from '../terminal/table.ts'
import { collect } from './arguments.ts'
import { brokerCommands, type BrokerOptions } from './broker-options.ts'
import type { Run } from './running.ts'
import { positionsAt, type StartAt, startAt, startAtForms } from './start-at.ts'

export function describe(groups: Command, run: Run): void {
  const { sub, doing } = brokerCommands(groups, run)

  sub('list', 'all groups and their states', 'blink groups list').action((options: BrokerOptions) =>
    doing(options, (client, shell) => listGroups(options, client, shell)),
  )
  sub('describe <groups...>', 'state, members, and which partitions each has', 'blink groups describe billing').action(
    (names: string[], options: BrokerOptions) =>
      doing(options, (client, shell) => describeGroups(names, options, client, shell)),
  )
  sub('lag <groups...>', 'how far behind the end each partition is', 'blink groups lag billing').action(
    (names: string[], options: BrokerOptions) =>
      doing(options, (client, shell) => showLag(names, options, client, shell)),
  )
  sub(
    'reset <group>',
    'sets where a group goes on; it must have no members',
    'blink groups reset billing --to earliest',
    'blink groups reset billing --topic orders:0 --to 42 --dry-run',
  )
    .addOption(new Option('--to <where>', startAtForms).argParser(startAt).makeOptionMandatory())
    .addOption(
      new Option('-t, --topic <topic[:partition]>', 'only these (default: all it has read); may be repeated').argParser(
        collect,
      ),
    )
    .option('--dry-run', 'only shows what would be set')
    .action((name: string, options: ResetOptions) =>
      doing(options, (client, shell) => resetGroup(name, options, client, shell)),
    )
  sub('delete <groups...>', 'deletes groups, or what they have read', 'blink groups delete billing')
    .addOption(
      new Option('-t, --topic <topic[:partition]>', 'only forget these offsets; may be repeated').argParser(collect),
    )
    .action((names: string[], options: DeleteOptions) =>
      doing(options, (client, shell) => deleteGroups(names, options, client, shell)),
    )
}

interface ResetOptions extends BrokerOptions {
  readonly to: StartAt
  readonly topic?: readonly string[]
  readonly dryRun?: boolean
}
interface DeleteOptions extends BrokerOptions {
  readonly topic?: readonly string[]
}

export async function listGroups({ json }: BrokerOptions, client: KafkaClient, shell: Shell): Promise<ExitCode> {
  const all = await allGroups(client)
  if (json) {
    for (const { group, state, type, protocolType } of all) {
      shell.out(JSON.stringify({ group, state, type, protocol_type: protocolType }))
    }
  } else if (all.length === 0) shell.tell('no groups')
  else {
    const columns = ['group', 'state', 'type', 'protocol'].map((title) => ({ title }))
    const rows = all.map(({ group, state, type, protocolType }) => [group, state, type, protocolType])
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

export async function describeGroups(
  names: readonly string[],
  { json }: BrokerOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  for (const name of names) {
    const group = await known(client, name)
    if (json) shell.out(JSON.stringify(shownGroup(group)))
    else for (const line of groupLines(shell, group)) shell.out(line)
  }
  return 0
}

async function known(client: KafkaClient, name: string): Promise<GroupShown> {
  const found = await describeGroup(client, name)
  if (found !== null) return found
  // Of a share group, or one of Kafka Streams, that knows nothing.
  const listed = (await allGroups(client)).find(({ group }) => group === name)
  if (listed === undefined) throw notThere(`group ${name}`, null)
  const { state, protocolType } = listed
  return { group: name, state, protocolType, assignor: '', coordinator: '', members: [] }
}

function shownGroup({ group, state, protocolType, assignor, coordinator, members }: GroupShown) {
  return {
    group,
    state,
    protocol_type: protocolType,
    assignor,
    coordinator,
    members: members.map(({ id, instanceId, clientId, host, assignment }) => {
      return { id, instance_id: instanceId, client_id: clientId, host, assignment }
    }),
  }
}

function groupLines(shell: Shell, { group, state, assignor, coordinator, members }: GroupShown): string[] {
  const about = [state, assignor, coordinator === '' ? '' : `coordinated by ${coordinator}`].filter((one) => one !== '')
  const head = `${group}  ${about.join(', ')}`
  if (members.length === 0) return [head, '  no members']
  const columns = ['member', 'client', 'host', 'partitions'].map((title) => ({ title }))
  const rows = members.map(({ id, clientId, host, assignment }) => [id, clientId, host, partitionText(assignment)])
  return [head, ...tableLines(shell, columns, rows)]
}

/** `orders 0 1, payments 2` */
function partitionText(partitions: readonly TopicPartition[]): string {
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  const of = (name: string) => partitions.filter(({ topic }) => topic === name).map(({ partition }) => partition)
  return topics
    .map(
      (topic) =>
        `${topic} ${of(topic)
          .sort((a, b) => a - b)
          .join(' ')}`,
    )
    .join(', ')
}

export async function showLag(
  names: readonly string[],
  { json }: BrokerOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  for (const name of names) {
    const group = await known(client, name)
    const isShare = group.protocolType === shareProtocolType
    const read: readonly ReadUpTo[] = isShare ? await shareOffsets(client, name) : await committedOffsets(client, name)
    const committed = [...read].sort(byName)
    const there = await existing(client, committed)
    const ends = new Map((await endsOf(client, there)).map((one) => [nameOf(one), one.end]))
    const owner = (one: TopicPartition) =>
      group.members.find(({ assignment }) => assignment.some((mine) => nameOf(mine) === nameOf(one)))
    const rows = committed.map((one) => {
      const end = ends.get(nameOf(one)) ?? null
      return {
        ...one,
        end,
        lag: one.lag ?? (end === null ? null : Math.max(0, end - one.offset)),
        member: owner(one)?.clientId ?? null,
      }
    })
    const total = rows.reduce((sum, { lag }) => sum + (lag ?? 0), 0)
    if (json) {
      for (const { topic, partition, offset, end, lag, member } of rows) {
        const place = { group: name, topic, partition }
        shell.out(JSON.stringify({ ...place, committed_offset: offset, end_offset: end, lag, client_id: member }))
      }
      continue
    }
    shell.out(`${name}  ${group.state}, ${total} behind`)
    if (rows.length === 0) shell.out('  it has committed nothing')
    else for (const line of lagLines(shell, rows)) shell.out(line)
  }
  return 0
}

/** A share group's lag is not what lies behind its start: some of that has come to its end. */
interface ReadUpTo extends Position {
  readonly lag?: number | null
}

interface LagRow extends Position {
  readonly end: number | null
  readonly lag: number | null
  readonly member: string | null
}

function lagLines(shell: Shell, rows: readonly LagRow[]): string[] {
  const right = (title: string) => ({ title, isRight: true })
  const columns = [{ title: 'topic' }, ...['partition', 'committed', 'end', 'lag'].map(right), { title: 'read by' }]
  const cells = rows.map(({ topic, partition, offset, end, lag, member }) => {
    return [topic, `${partition}`, `${offset}`, `${end ?? '–'}`, `${lag ?? '–'}`, member ?? '–']
  })
  return tableLines(shell, columns, cells)
}

/** Offsets of topics that were deleted stay for a while. */
async function existing<T extends TopicPartition>(client: KafkaClient, partitions: readonly T[]): Promise<T[]> {
  const topics = new Map((await client.topics()).map(({ name, partitions: all }) => [name, all.length]))
  return partitions.filter(({ topic, partition }) => partition < (topics.get(topic) ?? 0))
}

export async function resetGroup(
  name: string,
  { to, topic: asked = [], dryRun, json }: ResetOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  const committed = await committedOffsets(client, name)
  const chosen = asked.length === 0 ? await existing(client, committed) : await partitionsNamed(client, asked)
  if (chosen.length === 0) throw new Mistake(`group ${name} has read nothing yet: name topics with --topic`)
  const before = new Map(committed.map((one) => [nameOf(one), one.offset]))
  const positions = (await positionsAt(client, chosen, to)).sort(byName)
  if (!dryRun) await commit(client, name, positions)
  const changes = positions.map((one) => ({ ...one, from: before.get(nameOf(one)) ?? null }))
  if (json) {
    for (const { topic, partition, from, offset } of changes) {
      shell.out(JSON.stringify({ group: name, topic, partition, from, to: offset }))
    }
    return 0
  }
  const right = (title: string) => ({ title, isRight: true })
  const columns = [{ title: 'topic' }, ...['partition', 'from', 'to'].map(right)]
  const rows = changes.map(({ topic, partition, from, offset }) => [
    topic,
    `${partition}`,
    `${from ?? '–'}`,
    `${offset}`,
  ])
  for (const line of tableLines(shell, columns, rows)) shell.out(line)
  if (dryRun) shell.tell('nothing was set: that was a dry run')
  return 0
}

async function commit(client: KafkaClient, group: string, positions: readonly Position[]): Promise<void> {
  try {
    await commitOffsets(client, group, positions)
  } catch (error) {
    const isBusy = error instanceof ClientError && error.error?.name === 'UNKNOWN_MEMBER_ID'
    if (!isBusy) throw error
    throw new ClientError(`group ${group} has members, which would not notice: stop them first`, 'refused', error.error)
  }
}

export async function deleteGroups(
  names: readonly string[],
  { topic: asked = [], json }: DeleteOptions,
  client: KafkaClient,
  shell: Shell,
): Promise<ExitCode> {
  for (const name of names) {
    if (asked.length === 0) await deleteGroup(client, name)
    else await forgetOffsets(client, name, await partitionsNamed(client, asked))
    const what = asked.length === 0 ? `deleted ${name}` : `${name} has forgotten ${asked.join(', ')}`
    if (json) shell.out(JSON.stringify({ group: name, is_deleted: asked.length === 0 }))
    else shell.tell(what)
  }
  return 0
}

/** `orders`, `orders:2`. */
async function partitionsNamed(client: KafkaClient, names: readonly string[]): Promise<TopicPartition[]> {
  const found = await Promise.all(
    names.map(async (text) => {
      const [, topic = text, partition] = /^(.+):(\d+)$/.exec(text) ?? []
      const all = await partitionsOf(client, topic)
      if (partition === undefined) return all
      const one = all.filter((each) => each.partition === Number(partition))
      if (one.length === 0)
        throw new Mistake(`topic ${topic} has no partition ${partition}; it has 0 to ${all.length - 1}`)
      return one
    }),
  )
  return found.flat()
}

function byName(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}
