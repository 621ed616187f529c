/**
 * The state of a cluster at some moment: what a reset brings back, what a fork starts with, what a snapshot keeps.
 * Records are shared, not copied, so that it takes no longer than there are partitions.
 *
 * Members of groups, fetch sessions and connections are no part of it: they belong to clients that are somewhere else
 * by then. Producer ids are never given out twice, so they do not go back either.
 */
import type { DelegationToken } from './authentication/delegation-tokens.ts'
import type { ScramUsers } from './authentication/scram-users.ts'
import type { Acl } from './authorization/acl.ts'
import type { LivingCluster } from './cluster.ts'
import type { BrokerConfig } from './configs/broker-config.ts'
import type { ClientMetricsConfigs } from './configs/client-metrics-config.ts'
import type { GroupConfigs } from './configs/group-config.ts'
import type { GroupRecord } from './coordinator/records.ts'
import type { TransactionRecord } from './coordinator/transaction-records.ts'
import type { Cluster } from './handlers/handler.ts'
import { imageBytes, type PartitionImage } from './log/partition-image.ts'
import { KafkaError } from './protocol/errors.ts'
import type { Quota } from './quotas/client-quotas.ts'
import type { ShareState } from './share/share-states.ts'
import { firstReplicas, type Replicas } from './topics/replicas.ts'

interface TopicImage {
  readonly name: string
  readonly id: string
  readonly configs: ReadonlyMap<string, string>
  readonly replicas: readonly Replicas[]
  readonly partitions: readonly PartitionImage[]
}

/** What clients have set, by broker, group and subscription; and the levels of features. */
interface ConfigsImage {
  readonly brokers: ReturnType<BrokerConfig['all']>
  readonly groups: ReturnType<GroupConfigs['all']>
  readonly clientMetrics: ReturnType<ClientMetricsConfigs['all']>
  readonly features: ReadonlyMap<string, number>
}

interface ShareImage {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
  readonly state: ShareState
}

export interface ClusterImage {
  readonly topics: readonly TopicImage[]
  readonly groups: readonly GroupRecord[]
  /** What share groups came to, by the names of their topics. */
  readonly shares: readonly ShareImage[]
  readonly transactions: readonly TransactionRecord[]
  readonly configs: ConfigsImage
  readonly nextProducerId: number
  readonly acls: readonly Acl[]
  readonly scramUsers: ReturnType<ScramUsers['image']>
  readonly delegationTokens: readonly DelegationToken[]
  readonly quotas: readonly Quota[]
}

export function takeImage(cluster: Cluster): ClusterImage {
  const { topics, groups, transactions, producerIds, authorizer, authentication } = cluster
  return {
    topics: [...topics.all()].map(({ name, id, config, replicas, partitions }) => ({
      name,
      id,
      configs: config.overrides,
      replicas: [...replicas],
      partitions: partitions.map((partition) => partition.image()),
    })),
    groups: [...groups.records()],
    shares: shareImages(cluster),
    transactions: [...transactions.records()],
    configs: configsImage(cluster),
    nextProducerId: producerIds.last + 1,
    acls: [...(authorizer?.all() ?? [])],
    scramUsers: authentication.scramUsers.image(),
    delegationTokens: authentication.delegationTokens.image(),
    quotas: [...cluster.quotas.all()],
  }
}

function shareImages({ groups, shares, topics }: Cluster): ShareImage[] {
  return [...groups.all()].flatMap(({ id: groupId }) =>
    [...shares.states.ofGroup(groupId)].flatMap(([topicId, partitions]) =>
      [...partitions].flatMap(([partition, state]) => {
        const topic = topics.byId(topicId)?.name
        return topic === undefined ? [] : [{ groupId, topic, partition, state }]
      }),
    ),
  )
}

function restoreShares({ topics, shares, shareGroups }: Cluster, images: readonly ShareImage[]): void {
  shares.clear()
  for (const { groupId, topic, partition, state } of images) {
    const group = shareGroups.findOrMake(groupId)
    const topicId = topics.get(topic)?.id
    if (topicId === undefined || group instanceof KafkaError) continue
    shareGroups.keep(group)
    shares.states.set({ groupId, topicId, partition }, state)
  }
}

export interface ImageSize {
  readonly topics: number
  readonly groups: number
  readonly bytes: number
}

export function sizeOf({ topics, groups }: ClusterImage): ImageSize {
  return {
    topics: topics.length,
    groups: new Set(groups.map(({ groupId }) => groupId)).size,
    bytes: topics.reduce((sum, { partitions }) => sum + partitions.reduce((all, one) => all + imageBytes(one), 0), 0),
  }
}

/**
 * All that there is goes, and what the image holds comes. To clients it is as if topics had been deleted and made
 * again: they have new ids, unless `keepsIds`, which is for a cluster that nobody has seen yet.
 */
export function restoreImage(
  { cluster, revive }: Pick<LivingCluster, 'cluster' | 'revive'>,
  image: ClusterImage,
  { keepsIds = false } = {},
): void {
  const { topics, groups, transactions, coordinatorMoves, producerIds, nodes, authorizer, authentication } = cluster
  const isThere = (id: number) => nodes.some((node) => node.id === id)
  for (const topic of [...topics.all()]) topics.delete(topic)
  groups.clear()
  transactions.clear()
  coordinatorMoves.clear()
  producerIds.skipTo(image.nextProducerId)
  authorizer?.replace(image.acls)
  authentication.scramUsers.restore(image.scramUsers)
  authentication.delegationTokens.restore(image.delegationTokens)
  cluster.quotas.replace(image.quotas)
  restoreConfigs(cluster, image.configs)
  for (const { name, id, configs, replicas, partitions } of image.topics) {
    const found = replicas.map((one) => asFound(one, isThere))
    const asked = { name, configs, replicas: found, partitionCount: partitions.length }
    const made = topics.create(keepsIds ? { ...asked, id } : asked, (topic, index, config) =>
      revive(topic, index, config, partitions[index]!),
    )
    // There was such a topic, so there can be one.
    if (made instanceof KafkaError) throw new Error(`topic ${name} cannot be brought back: ${made.message}`)
  }
  for (const record of image.groups) groups.apply(record)
  restoreShares(cluster, image.shares)
  for (const record of image.transactions) transactions.apply(record)
}

/** Brokers may have come and gone since. */
function asFound({ replicas, leader }: Replicas, isThere: (id: number) => boolean): Replicas {
  const found = firstReplicas(replicas, isThere)
  return isThere(leader) ? { ...found, leader } : found
}

function configsImage({ config, groupConfigs, clientMetrics, features }: Cluster): ConfigsImage {
  return {
    brokers: config.all(),
    groups: groupConfigs.all(),
    clientMetrics: clientMetrics.all(),
    features: features.levels(),
  }
}

function restoreConfigs({ config, groupConfigs, clientMetrics, features }: Cluster, image: ConfigsImage): void {
  config.replaceAll(image.brokers)
  groupConfigs.replaceAll(image.groups)
  clientMetrics.replaceAll(image.clientMetrics)
  features.restore(image.features)
}
