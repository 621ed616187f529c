/** Consumer groups of v3: their consumers, what these are assigned, and how far they are behind. */
import type { Context } from 'hono'
import type { AnyGroup, ShownMember } from '../../coordinator/any-group.ts'
import { ConsumerGroup } from '../../coordinator/consumer/consumer-group.ts'
import type { Cluster } from '../../handlers/handler.ts'
import { coordinatorOfKey } from '../../handlers/moves.ts'
import { notFound } from './errors.ts'
import { entity, list, type Name, related } from './links.ts'
import type { TopicPartition } from '../../protocol/consumer-protocol.ts'
import type { Route } from './route.ts'
import { indexOf } from './v2-topics.ts'
import { belowCluster } from './v3-route.ts'

interface Lag extends TopicPartition {
  /** Who reads the partition, if anyone does. */
  readonly member: ShownMember | null
  readonly current: number
  readonly end: number
  readonly lag: number
}

export function v3GroupRoutes(cluster: Cluster): readonly Route[] {
  const { id, groups } = cluster
  const at = '/consumer-groups/:group'
  return belowCluster(cluster, [
    [
      'GET',
      '/consumer-groups',
      (c) => {
        const shown = [...groups.all()].map((group) => showGroup(c, cluster, group))
        return list(c, 'KafkaConsumerGroupList', [id, 'consumer-groups'], shown)
      },
    ],
    ['GET', at, (c) => showGroup(c, cluster, groupNamed(cluster, c, 'HTTP 404 Not Found'))],
    ['GET', `${at}/lag-summary`, (c) => showLagSummary(c, cluster)],
    ['GET', `${at}/lags`, (c) => showLags(c, cluster)],
    ['GET', `${at}/lags/:topic/partitions/:partition`, (c) => showLag(c, id, ...lagNamed(cluster, c))],
    ...consumerRoutes(cluster, `${at}/consumers`),
  ])
}

function consumerRoutes(cluster: Cluster, at: string) {
  const { id } = cluster
  const groupOf = (c: Context) => groupNamed(cluster, c, `Consumer Group ${c.req.param('group')} does not exist.`)
  return [
    [
      'GET',
      at,
      (c: Context) => {
        const group = groupOf(c)
        const consumers = group.shownMembers().map((member) => showConsumer(c, id, group, member))
        return list(c, 'KafkaConsumerList', [id, 'consumer-groups', group.id, 'consumers'], consumers)
      },
    ],
    [
      'GET',
      `${at}/:consumer`,
      (c: Context) => {
        const group = groupOf(c)
        return showConsumer(c, id, group, memberNamed(group, c, 'HTTP 404 Not Found'))
      },
    ],
    [
      'GET',
      `${at}/:consumer/assignments`,
      (c: Context) => {
        const group = groupOf(c)
        const member = memberNamed(group, c)
        const shares = sharesOf(member).sort(byTopicAndPartition)
        const path = [id, 'consumer-groups', group.id, 'consumers', member.id, 'assignments']
        const shown = shares.map((share) => showAssignment(c, id, group, member, share))
        return list(c, 'KafkaConsumerAssignmentList', path, shown)
      },
    ],
    [
      'GET',
      `${at}/:consumer/assignments/:topic/partitions/:partition`,
      (c: Context) => {
        const group = groupOf(c)
        const member = memberNamed(group, c)
        const share = sharesOf(member).find((one) => isAskedFor(one, c))
        if (share === undefined) throw notFound()
        return showAssignment(c, id, group, member, share)
      },
    ],
  ] as const
}

function groupNamed({ groups }: Cluster, c: Context, otherwise: string): AnyGroup {
  const group = groups.get(c.req.param('group')!)
  if (group === undefined) throw notFound(otherwise)
  return group
}

function memberNamed(group: AnyGroup, c: Context, otherwise?: string): ShownMember {
  const id = c.req.param('consumer')!
  const member = group.shownMembers().find((one) => one.id === id)
  if (member === undefined) throw notFound(otherwise ?? `Consumer ${id} does not exist.`)
  return member
}

function sharesOf({ assignment }: ShownMember): TopicPartition[] {
  return (assignment ?? []).flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}

function isAskedFor({ topic, partition }: TopicPartition, c: Context): boolean {
  return topic === c.req.param('topic') && partition === indexOf(c.req.param('partition')!)
}

function byTopicAndPartition(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}

/** `PreparingRebalance` → `PREPARING_REBALANCE`. */
function shouted(state: string): string {
  return state.replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase()
}

function showGroup(c: Context, cluster: Cluster, shown: AnyGroup) {
  const { id } = cluster
  const { id: group, state, type, protocolType, protocolName } = shown
  const path = ['consumer-groups', group]
  return entity(c, 'KafkaConsumerGroup', id, path, [['consumer-group', group]], {
    consumer_group_id: group,
    // One that only ever committed offsets, and never had members.
    is_simple: protocolType === null,
    partition_assignor: state === 'Stable' ? (protocolName ?? '') : '',
    state: shouted(state),
    type: type.toUpperCase(),
    is_mixed_consumer_group: shown instanceof ConsumerGroup && shown.isMixed,
    coordinator: related(c, id, 'brokers', coordinatorOfKey(group, cluster).id),
    consumers: related(c, id, ...path, 'consumers'),
    lag_summary: related(c, id, ...path, 'lag-summary'),
  })
}

function showConsumer(c: Context, cluster: string, { id: group }: AnyGroup, { id, instanceId, clientId }: ShownMember) {
  const path = ['consumer-groups', group, 'consumers', id]
  return entity(c, 'KafkaConsumer', cluster, path, consumerNames(group, id), {
    consumer_group_id: group,
    consumer_id: id,
    instance_id: instanceId,
    client_id: clientId,
    assignments: related(c, cluster, ...path, 'assignments'),
  })
}

function consumerNames(group: string, consumer: string): readonly Name[] {
  return [
    ['consumer-group', group],
    ['consumer', consumer],
  ]
}

function showAssignment(
  c: Context,
  cluster: string,
  { id: group }: AnyGroup,
  { id: consumer }: ShownMember,
  { topic, partition }: TopicPartition,
) {
  const where = [topic, 'partitions', partition] as const
  const path = ['consumer-groups', group, 'consumers', consumer, 'assignments', ...where]
  const names = [...consumerNames(group, consumer), ['assignment', topic], ['partition', partition]] as const
  return entity(c, 'KafkaConsumerAssignment', cluster, path, names, {
    consumer_group_id: group,
    consumer_id: consumer,
    topic_name: topic,
    partition_id: partition,
    partition: related(c, cluster, 'topics', ...where),
    lag: related(c, cluster, 'consumer-groups', group, 'lags', ...where),
  })
}

/** Of all partitions of which the group has committed an offset, and that are still there. */
function lagsOf({ groups, topics }: Cluster, group: AnyGroup): Lag[] {
  const readers = new Map<string, ShownMember>()
  for (const member of group.shownMembers()) {
    for (const share of sharesOf(member)) readers.set(keyOf(share), member)
  }
  const lags = [...(groups.offsets(group.id)?.topics() ?? [])].flatMap(([topic, byPartition]) =>
    [...byPartition].flatMap(([partition, { offset }]): Lag[] => {
      const end = topics.get(topic)?.partitions[partition]?.lastStableOffset
      if (end === undefined) return []
      const member = readers.get(keyOf({ topic, partition })) ?? null
      return [{ topic, partition, member, current: offset, end, lag: end - offset }]
    }),
  )
  return lags.sort(byTopicAndPartition)
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}

function lagGroup(cluster: Cluster, c: Context): AnyGroup {
  return groupNamed(cluster, c, `Consumer Group ${c.req.param('group')} could not be found.`)
}

function lagNamed(cluster: Cluster, c: Context): readonly [AnyGroup, Lag] {
  const group = lagGroup(cluster, c)
  const lag = lagsOf(cluster, group).find((one) => isAskedFor(one, c))
  if (lag === undefined) throw notFound()
  return [group, lag]
}

function showLags(c: Context, cluster: Cluster) {
  const group = lagGroup(cluster, c)
  const lags = lagsOf(cluster, group)
  if (lags.length === 0) throw notFound('Consumer lags not found.')
  const shown = lags.map((lag) => showLag(c, cluster.id, group, lag))
  return list(c, 'KafkaConsumerLagList', [cluster.id, 'consumer-groups', group.id, 'lags'], shown)
}

function showLag(c: Context, cluster: string, { id: group }: AnyGroup, { topic, partition, member, ...lag }: Lag) {
  const path = ['consumer-groups', group, 'lags', topic, 'partitions', partition]
  const names = [
    ['consumer-group', group],
    ['lag', topic],
    ['partition', partition],
  ] as const
  return entity(c, 'KafkaConsumerLag', cluster, path, names, {
    consumer_group_id: group,
    topic_name: topic,
    partition_id: partition,
    ...consumerOf(member),
    current_offset: lag.current,
    log_end_offset: lag.end,
    lag: lag.lag,
  })
}

function consumerOf(member: ShownMember | null) {
  return {
    consumer_id: member?.id ?? '',
    instance_id: member?.instanceId ?? null,
    client_id: member?.clientId ?? '',
  }
}

function showLagSummary(c: Context, cluster: Cluster) {
  const group = lagGroup(cluster, c)
  const lags = lagsOf(cluster, group)
  if (lags.length === 0) throw notFound('Consumer group offsets could not be found.')
  const most = lags.reduce((max, one) => (one.lag > max.lag ? one : max))
  const path = ['consumer-groups', group.id]
  const { consumer_id, instance_id, client_id } = consumerOf(most.member)
  const names = [['consumer-group', group.id], ['lag-summary']] as const
  return entity(c, 'KafkaConsumerGroupLagSummary', cluster.id, [...path, 'lag-summary'], names, {
    consumer_group_id: group.id,
    max_lag_consumer_id: consumer_id,
    max_lag_instance_id: instance_id,
    max_lag_client_id: client_id,
    max_lag_topic_name: most.topic,
    max_lag_partition_id: most.partition,
    max_lag: most.lag,
    total_lag: lags.reduce((sum, { lag }) => sum + lag, 0),
    max_lag_consumer: related(c, cluster.id, ...path, 'consumers', consumer_id),
    max_lag_partition: related(c, cluster.id, 'topics', most.topic, 'partitions', most.partition),
  })
}
