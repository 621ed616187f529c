/**
 * The configs of the brokers that bear on groups: Kafka's names, types, defaults and bounds (Apache Kafka 4.4,
 * `GroupCoordinatorConfig` and `ShareGroupConfig`).
 */
import type { ConfigDefinition } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

export const groupBrokerConfigs: readonly ConfigDefinition[] = definitionsIn(`
group.consumer.assignment.interval.ms | int | 1000 | 0.. | cluster-wide binds
  The least time between two assignments of a consumer group.
group.consumer.assignor.offload.enable | boolean | true | | internal cluster-wide
  Whether another thread works out assignments of consumer groups.
group.consumer.assignors | list | uniform,range | uniform/range | binds
  The assignors of consumer groups; the first is the default.
group.consumer.heartbeat.interval.ms | int | 5000 | 1.. | binds
  How often members of a consumer group are to send a heartbeat.
group.consumer.max.assignment.interval.ms | int | 15000 | 0.. | binds
  The most that a consumer group may set for the interval of assignments.
group.consumer.max.heartbeat.interval.ms | int | 15000 | 1.. | binds
  The most that a consumer group may set for the interval of heartbeats.
group.consumer.max.session.timeout.ms | int | 60000 | 1.. | binds
  The most that a consumer group may set for the session timeout.
group.consumer.max.size | int | 2147483647 | 1.. | binds
  The most members a consumer group may have.
group.consumer.migration.policy | string | bidirectional | | binds
  Whether classic groups become consumer groups, and the other way round, as members of the other kind join.
group.consumer.min.assignment.interval.ms | int | 0 | 0.. | binds
  The least that a consumer group may set for the interval of assignments.
group.consumer.min.heartbeat.interval.ms | int | 5000 | 1.. | binds
  The least that a consumer group may set for the interval of heartbeats.
group.consumer.min.session.timeout.ms | int | 45000 | 1.. | binds
  The least that a consumer group may set for the session timeout.
group.consumer.regex.refresh.interval.ms | int | 600000 | 10000.. | internal binds
  How often regular expressions of consumer groups are held against the topics anew.
group.consumer.session.timeout.ms | int | 45000 | 1.. | binds
  After how long a silent member of a consumer group is taken for gone.
group.coordinator.append.linger.ms | int | -1 | -1..
  How long the coordinator gathers records before it writes them; -1 lets it decide.
group.coordinator.background.threads | int | 2 | 1..
  Threads that work out assignments.
group.coordinator.cached.buffer.max.bytes | int | 1048588 | 524288.. | cluster-wide
  The largest buffer that the coordinator keeps for another use.
group.coordinator.rebalance.protocols | list | classic,consumer,streams | consumer/classic/share/streams | binds
  The protocols of groups that are on.
group.coordinator.threads | int | 4 | 1..
  Threads of the group coordinator.
group.initial.rebalance.delay.ms | int | 3000
  How long the first rebalance of a group waits for more members.
group.max.session.timeout.ms | int | 1800000
  The longest session timeout a member may ask for.
group.max.size | int | 2147483647 | 1..
  The most members a group may have.
group.min.session.timeout.ms | int | 6000
  The shortest session timeout a member may ask for.
group.share.assignment.interval.ms | int | 1000 | 0.. | cluster-wide binds
  The least time between two assignments of a share group.
group.share.assignor.offload.enable | boolean | true | | internal cluster-wide
  Whether another thread works out assignments of share groups.
group.share.assignors | list | simple
  The assignors of share groups.
group.share.delivery.count.limit | int | 5 | 2..10 | binds
  How often a record is delivered before a share group gives it up.
group.share.dlq.manager.class.name | string | org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager | | internal
  What writes the records that share groups gave up.
group.share.heartbeat.interval.ms | int | 5000 | 1.. | binds
  How often members of a share group are to send a heartbeat.
group.share.initialize.retry.interval.ms | int | 30000 | 1.. | internal
  How long a share group waits before it initializes partitions once more.
group.share.max.assignment.interval.ms | int | 15000 | 0.. | binds
  The most that a share group may set for the interval of assignments.
group.share.max.delivery.count.limit | int | 10 | 5..25 | binds
  The most that a share group may set for the deliveries of a record.
group.share.max.heartbeat.interval.ms | int | 15000 | 1.. | binds
  The most that a share group may set for the interval of heartbeats.
group.share.max.partition.max.record.locks | int | 4000 | 2000..10000 | binds
  The most that a share group may set for the records acquired at a time.
group.share.max.record.lock.duration.ms | int | 60000 | 30000..3600000 | binds
  The most that a share group may set for the lock on a record.
group.share.max.session.timeout.ms | int | 60000 | 1.. | binds
  The most that a share group may set for the session timeout.
group.share.max.share.sessions | int | 2000 | 1.. | binds
  The most sessions of share fetches.
group.share.max.size | int | 200 | 1..1000 | binds
  The most members a share group may have.
group.share.min.assignment.interval.ms | int | 0 | 0.. | binds
  The least that a share group may set for the interval of assignments.
group.share.min.delivery.count.limit | int | 2 | 2..5 | binds
  The least that a share group may set for the deliveries of a record.
group.share.min.heartbeat.interval.ms | int | 5000 | 1.. | binds
  The least that a share group may set for the interval of heartbeats.
group.share.min.partition.max.record.locks | int | 100 | 100..2000 | binds
  The least that a share group may set for the records acquired at a time.
group.share.min.record.lock.duration.ms | int | 15000 | 1000..30000 | binds
  The least that a share group may set for the lock on a record.
group.share.min.session.timeout.ms | int | 45000 | 1.. | binds
  The least that a share group may set for the session timeout.
group.share.partition.max.record.locks | int | 2000 | 100..10000 | binds
  How many records of a partition may be acquired at a time.
group.share.persister.class.name | string | org.apache.kafka.server.share.persister.DefaultStatePersister | | internal
  What keeps the state of share groups.
group.share.record.lock.duration.ms | int | 30000 | 1000..3600000 | binds
  How long a record stays acquired that is not acknowledged.
group.share.session.timeout.ms | int | 45000 | 1.. | binds
  After how long a silent member of a share group is taken for gone.
group.streams.acceptable.recovery.lag | long | 10000 | 0.. | internal binds
  The lag up to which a client counts as caught up enough for an active task.
group.streams.assignment.interval.ms | int | 1000 | 0.. | cluster-wide binds
  The least time between two assignments of a streams group.
group.streams.assignor.offload.enable | boolean | true | | internal cluster-wide
  Whether another thread works out assignments of streams groups.
group.streams.assignors | list | sticky | | binds
  The assignors of streams groups; the first is the default.
group.streams.heartbeat.interval.ms | int | 5000 | 1.. | binds
  How often members of a streams group are to send a heartbeat.
group.streams.initial.rebalance.delay.ms | int | 3000 | 0.. | binds
  How long the first rebalance of a streams group waits for more members.
group.streams.max.assignment.interval.ms | int | 15000 | 0.. | binds
  The most that a streams group may set for the interval of assignments.
group.streams.max.heartbeat.interval.ms | int | 15000 | 1.. | binds
  The most that a streams group may set for the interval of heartbeats.
group.streams.max.session.timeout.ms | int | 60000 | 1.. | binds
  The most that a streams group may set for the session timeout.
group.streams.max.size | int | 2147483647 | 1.. | binds
  The most members a streams group may have.
group.streams.max.standby.replicas | int | 2 | 0.. | binds
  The most that a streams group may set for the standby replicas of a task.
group.streams.max.warmup.replicas | int | 20 | 0.. | internal
  The most that a streams group may set for warm-up replicas.
group.streams.min.assignment.interval.ms | int | 0 | 0.. | binds
  The least that a streams group may set for the interval of assignments.
group.streams.min.heartbeat.interval.ms | int | 5000 | 1.. | binds
  The least that a streams group may set for the interval of heartbeats.
group.streams.min.session.timeout.ms | int | 45000 | 1.. | binds
  The least that a streams group may set for the session timeout.
group.streams.min.task.offset.interval.ms | int | 15000 | 1.. | internal binds
  The least that a streams group may set for the interval of task offsets.
group.streams.num.standby.replicas | int | 0 | 0.. | binds
  Standby replicas of each task.
group.streams.num.warmup.replicas | int | 2 | 0.. | internal
  The most warm-up replicas at a time.
group.streams.rack.aware.assignment.tags | list | | | binds
  Tags of clients over which standby replicas are spread.
group.streams.session.timeout.ms | int | 45000 | 1.. | binds
  After how long a silent member of a streams group is taken for gone.
group.streams.task.offset.interval.ms | int | 60000 | 1.. | internal binds
  How often clients tell how far their warm-up tasks are.
group.streams.topology.description.plugin.class | class | null
  What keeps the descriptions of streams groups' topologies.
`)
