/**
 * The configs of a group: Kafka's names, types, defaults and bounds (Apache Kafka 4.4, `GroupConfig`). Behind most of
 * them stands a config of the brokers, which also bounds what a group may set.
 */
import type { ConfigDefinition } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

const definitions = definitionsIn(`
consumer.assignment.interval.ms | int | 1000 | 0.. | group.consumer.assignment.interval.ms binds
  The least time between two assignments of a consumer group.
consumer.assignor.offload.enable | boolean | true | | internal group.consumer.assignor.offload.enable
  Whether another thread works out assignments of a consumer group.
consumer.heartbeat.interval.ms | int | 5000 | 1.. | group.consumer.heartbeat.interval.ms binds
  How often members of a consumer group are to send a heartbeat.
consumer.session.timeout.ms | int | 45000 | 1.. | group.consumer.session.timeout.ms binds
  After how long a silent member of a consumer group is taken for gone.
errors.deadletterqueue.copy.record.enable | boolean | false | | binds
  Whether a record that a share group gave up is copied to its topic for such records.
errors.deadletterqueue.topic.name | string | | | binds
  The topic for records that a share group gave up; none when empty.
share.assignment.interval.ms | int | 1000 | 0.. | group.share.assignment.interval.ms binds
  The least time between two assignments of a share group.
share.assignor.offload.enable | boolean | true | | internal group.share.assignor.offload.enable
  Whether another thread works out assignments of a share group.
share.auto.offset.reset | string | latest | | binds
  Where a share group begins to read: earliest, latest, or by_duration: and an ISO 8601 duration back from now.
share.delivery.count.limit | int | 5 | 2.. | group.share.delivery.count.limit binds
  How often a record is delivered before a share group gives it up.
share.heartbeat.interval.ms | int | 5000 | 1.. | group.share.heartbeat.interval.ms binds
  How often members of a share group are to send a heartbeat.
share.isolation.level | string | read_uncommitted | read_committed/read_uncommitted | binds
  Whether a share group also reads records of transactions that were aborted or are open.
share.partition.max.record.locks | int | 2000 | 100.. | group.share.partition.max.record.locks binds
  How many records of a partition may be acquired at a time.
share.record.lock.duration.ms | int | 30000 | 1000.. | group.share.record.lock.duration.ms binds
  How long a record stays acquired that is not acknowledged.
share.renew.acknowledge.enable | boolean | true | | binds
  Whether members may renew the lock on a record.
share.session.timeout.ms | int | 45000 | 1.. | group.share.session.timeout.ms binds
  After how long a silent member of a share group is taken for gone.
streams.acceptable.recovery.lag | long | 10000 | 0.. | internal group.streams.acceptable.recovery.lag binds
  The lag up to which a client counts as caught up enough for an active task.
streams.assignment.interval.ms | int | 1000 | 0.. | group.streams.assignment.interval.ms binds
  The least time between two assignments of a streams group.
streams.assignor.name | string | null | | group.streams.assignors binds
  The assignor of a streams group; the first of the brokers' when unset.
streams.assignor.offload.enable | boolean | true | | internal group.streams.assignor.offload.enable
  Whether another thread works out assignments of a streams group.
streams.heartbeat.interval.ms | int | 5000 | 1.. | group.streams.heartbeat.interval.ms binds
  How often members of a streams group are to send a heartbeat.
streams.initial.rebalance.delay.ms | int | 3000 | 0.. | group.streams.initial.rebalance.delay.ms binds
  How long the first rebalance of a streams group waits for more members.
streams.num.standby.replicas | int | 0 | 0.. | group.streams.num.standby.replicas binds
  Standby replicas of each task.
streams.num.warmup.replicas | int | 2 | 0.. | internal group.streams.num.warmup.replicas
  The most warm-up replicas at a time.
streams.rack.aware.assignment.tags | list | | | group.streams.rack.aware.assignment.tags binds
  Tags of clients over which standby replicas are spread.
streams.session.timeout.ms | int | 45000 | 1.. | group.streams.session.timeout.ms binds
  After how long a silent member of a streams group is taken for gone.
streams.task.offset.interval.ms | int | 60000 | 1.. | internal group.streams.task.offset.interval.ms binds
  How often clients tell how far their warm-up tasks are.
`)

/** ISO 8601 as Java reads it, less negative durations. */
const offsetReset = /^(earliest|latest|by_duration:P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d{0,9})?S)?)?)$/i

export const groupConfigs: ReadonlyMap<string, ConfigDefinition> = new Map(
  definitions.map((one) => [one.name, one.name === 'share.auto.offset.reset' ? { ...one, pattern: offsetReset } : one]),
)
