/** What share groups need of a cluster, put together: who is a member, and what became of which records. */
import type { Clock } from './base/clock.ts'
import type { Logger } from './base/logger.ts'
import type { BrokerConfig } from './configs/broker-config.ts'
import type { GroupConfigs } from './configs/group-config.ts'
import type { Groups } from './coordinator/groups.ts'
import { ShareGroups } from './coordinator/share/share-groups.ts'
import type { Features } from './handlers/features.ts'
import { ShareDeadLetters } from './handlers/share-dead-letters.ts'
import type { Partition } from './log/partition.ts'
import { Shares } from './share/shares.ts'
import type { Topics } from './topics/topics.ts'

export interface ShareParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: BrokerConfig
  readonly groupConfigs: GroupConfigs
  readonly groups: Groups
  readonly topics: Topics<Partition>
  readonly features: Features
}

export function makeShares(parts: ShareParts) {
  const { clock, logger, config, groupConfigs, groups, topics } = parts
  const deadLetters = new ShareDeadLetters(parts)
  const shares = new Shares({
    clock,
    limits: (groupId) => ({
      recordLocksMax: groupConfigs.number(groupId, 'share.partition.max.record.locks'),
      deliveryCountMax: groupConfigs.number(groupId, 'share.delivery.count.limit'),
      lockMs: groupConfigs.number(groupId, 'share.record.lock.duration.ms'),
      mayRenew: groupConfigs.boolean(groupId, 'share.renew.acknowledge.enable'),
    }),
    sessionsMax: () => config.number('group.share.max.share.sessions'),
    giveUp: (key, records) => deadLetters.bury(key, records),
  })
  const shareGroups = new ShareGroups(groups.registry, {
    clock,
    logger,
    topic: (name) => {
      const topic = topics.get(name)
      return topic === undefined ? undefined : { id: topic.id, name, partitionCount: topic.partitions.length }
    },
    config: (groupId, name) =>
      name === 'group.share.max.size' ? config.number(name) : groupConfigs.number(groupId, name),
    progress: shares.states,
  })
  return { shares, shareGroups }
}
