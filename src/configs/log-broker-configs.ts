/**
 * The configs of the brokers for logs, their replication and tiered storage, less those behind a topic's: Kafka's
 * names, types, defaults and bounds (Apache Kafka 4.4).
 */
import type { ConfigDefinition } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

export const logBrokerConfigs: readonly ConfigDefinition[] = definitionsIn(`
alter.log.dirs.replication.quota.window.num | int | 11 | 1..
  Samples kept for the quota on moves between folders.
alter.log.dirs.replication.quota.window.size.seconds | int | 1 | 1..
  The length of a sample for the quota on moves between folders.
auto.leader.rebalance.enable | boolean | true | | binds
  Whether leaders go back to their preferred brokers by themselves.
cordoned.log.dirs | list | | | per-broker
  Folders that get no new partitions.
default.replication.factor | int | 1 | | binds
  Replicas of a topic that names no number.
delete.records.purgatory.purge.interval.requests | int | 1
  After how many requests finished deletions of records are cleared away.
fetch.max.bytes | int | 57671680 | 1024.. | binds
  The most bytes a fetch is answered with.
fetch.purgatory.purge.interval.requests | int | 1000
  After how many requests finished fetches are cleared away.
follower.fetch.last.tiered.offset.enable | boolean | false | | cluster-wide
  Whether an empty follower begins at the last offset that is in tiered storage.
follower.replication.throttled.rate | long | 9223372036854775807 | 0.. | internal per-broker
  How many bytes a second a follower fetches of replicas that are throttled.
leader.imbalance.check.interval.seconds | long | 300 | 1.. | binds
  How often it is looked whether leaders are where they are preferred.
leader.replication.throttled.rate | long | 9223372036854775807 | 0.. | internal per-broker
  How many bytes a second a leader sends to replicas that are throttled.
log.cleaner.backoff.ms | long | 15000 | 0.. | cluster-wide binds
  How long the cleaner sleeps when there is nothing to compact.
log.cleaner.dedupe.buffer.size | long | 134217728 | | cluster-wide
  Bytes for the maps of keys of all cleaner threads.
log.cleaner.enable | boolean | true | | binds
  Whether logs are compacted.
log.cleaner.io.buffer.load.factor | double | 0.9 | | cluster-wide
  How full the cleaner's map of keys may get.
log.cleaner.io.buffer.size | int | 524288 | 0.. | cluster-wide
  Bytes for the buffers of all cleaner threads.
log.cleaner.io.max.bytes.per.second | double | 1.7976931348623157E308 | | cluster-wide
  How many bytes a second the cleaner reads and writes.
log.cleaner.threads | int | 1 | 0.. | cluster-wide
  Threads that compact logs.
log.dir | list | /tmp/kafka-logs
  Where logs are kept, unless log.dirs says.
log.dir.failure.timeout.ms | long | 30000 | 1..
  After how long a broker stops that cannot tell the controller of a failed folder.
log.dirs | list | null
  Where logs are kept.
log.flush.offset.checkpoint.interval.ms | int | 60000 | 0..
  How often is noted up to where logs were synced.
log.flush.scheduler.interval.ms | long | 9223372036854775807
  How often is looked whether a log is to be synced.
log.flush.start.offset.checkpoint.interval.ms | int | 60000 | 0..
  How often is noted where logs start.
log.initial.task.delay.ms | long | 30000 | 0.. | internal
  How long after the start of a broker the work on its logs begins.
log.retention.check.interval.ms | long | 300000 | 1.. | binds
  How often retention is applied.
log.retention.hours | int | 168 | | binds
  As log.retention.ms, in hours.
log.retention.minutes | int | null | | binds
  As log.retention.ms, in minutes.
log.roll.hours | int | 168 | 1.. | binds
  As log.roll.ms, in hours.
log.roll.jitter.hours | int | 0 | 0.. | binds
  As log.roll.jitter.ms, in hours.
num.partitions | int | 1 | 1..
  Partitions of a topic that names no number.
num.recovery.threads.per.data.dir | int | 2 | 1.. | cluster-wide
  Threads per folder that recover logs at the start.
num.replica.alter.log.dirs.threads | int | null
  Threads that move replicas between folders; as many as folders when unset.
num.replica.fetchers | int | 1 | 1.. | cluster-wide
  Threads that fetch from each other broker.
producer.id.expiration.check.interval.ms | int | 600000 | 1.. | internal
  How often the state of quiet producers is looked for.
producer.id.expiration.ms | int | 86400000 | 1.. | cluster-wide binds
  How long the state of a quiet producer is kept.
producer.purgatory.purge.interval.requests | int | 1000
  After how many requests finished produce requests are cleared away.
remote.fetch.max.wait.ms | int | 500 | 1.. | cluster-wide
  The longest wait for records in tiered storage.
remote.list.offsets.request.timeout.ms | long | 30000 | 1.. | cluster-wide
  The longest wait for offsets in tiered storage.
remote.log.index.file.cache.total.size.bytes | long | 1073741824 | 1.. | cluster-wide
  Bytes of disk for indexes of what is in tiered storage.
remote.log.index.file.cache.ttl.ms | long | 900000 | -1.. | internal
  How long an index of what is in tiered storage is kept unused.
remote.log.manager.copier.thread.pool.size | int | 10 | 1.. | cluster-wide
  Threads that copy to tiered storage.
remote.log.manager.copy.max.bytes.per.second | long | 9223372036854775807 | 1.. | cluster-wide
  How many bytes a second are copied to tiered storage.
remote.log.manager.copy.quota.window.num | int | 11 | 1..
  Samples kept for the quota on copies to tiered storage.
remote.log.manager.copy.quota.window.size.seconds | int | 1 | 1..
  The length of a sample for the quota on copies to tiered storage.
remote.log.manager.expiration.thread.pool.size | int | 10 | 1.. | cluster-wide
  Threads that delete what expired in tiered storage.
remote.log.manager.fetch.max.bytes.per.second | long | 9223372036854775807 | 1.. | cluster-wide
  How many bytes a second are fetched from tiered storage.
remote.log.manager.fetch.quota.window.num | int | 11 | 1..
  Samples kept for the quota on fetches from tiered storage.
remote.log.manager.fetch.quota.window.size.seconds | int | 1 | 1..
  The length of a sample for the quota on fetches from tiered storage.
remote.log.manager.follower.thread.pool.size | int | 2 | 1.. | cluster-wide
  Threads that look after tiered storage for followers.
remote.log.manager.task.interval.ms | long | 30000 | 1..
  How often the work on tiered storage runs.
remote.log.manager.task.retry.backoff.max.ms | long | 30000 | 1.. | internal
  The longest wait before work on tiered storage is tried once more.
remote.log.manager.task.retry.backoff.ms | long | 500 | 1.. | internal
  How long work on tiered storage waits before it is tried once more.
remote.log.manager.task.retry.jitter | double | 0.2 | | internal
  The random part of that wait.
remote.log.manager.thread.pool.size | int | 2 | 1..
  Threads that do the work on tiered storage.
remote.log.metadata.custom.metadata.max.bytes | int | 128 | 0..
  The most bytes that a storage plugin may note of a segment.
remote.log.metadata.manager.class.name | string |
    org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager
  The class that keeps what is known of segments in tiered storage.
remote.log.metadata.manager.class.path | string | null
  Where that class is loaded from.
remote.log.metadata.manager.impl.prefix | string | rlmm.config.
  How the names of that class's own configs begin.
remote.log.metadata.manager.listener.name | string | null
  The listener through which that class reaches the brokers.
remote.log.reader.max.pending.tasks | int | 100 | 1..
  The most reads of tiered storage that wait.
remote.log.reader.threads | int | 10 | 1.. | cluster-wide
  Threads that read tiered storage.
remote.log.storage.manager.class.name | string | null
  The class that stores segments in tiered storage.
remote.log.storage.manager.class.path | string | null
  Where that class is loaded from.
remote.log.storage.manager.impl.prefix | string | rsm.config.
  How the names of that class's own configs begin.
remote.log.storage.system.enable | boolean | false
  Whether there is tiered storage.
replica.alter.log.dirs.io.max.bytes.per.second | long | 9223372036854775807 | 0.. | internal per-broker
  How many bytes a second replicas move between folders.
replica.fetch.backoff.ms | int | 1000 | 0..
  How long a follower waits after a fetch that failed.
replica.fetch.max.bytes | int | 1048576 | 0..
  The most bytes of a partition that a follower fetches at a time.
replica.fetch.min.bytes | int | 1
  The fewest bytes that a follower waits for.
replica.fetch.response.max.bytes | int | 10485760 | 0..
  The most bytes that a follower fetches at a time.
replica.fetch.wait.max.ms | int | 500
  How long a follower waits for them.
replica.high.watermark.checkpoint.interval.ms | long | 5000
  How often is noted where high watermarks are.
replica.lag.time.max.ms | long | 30000
  After how long a follower that is behind is no longer in sync.
replica.selector.class | string | null | | binds
  The class that says from which replica a consumer reads.
replica.socket.receive.buffer.bytes | int | 65536
  The receive buffer of a follower's socket.
replica.socket.timeout.ms | int | 30000
  How long a follower's socket waits.
replication.quota.window.num | int | 11 | 1..
  Samples kept for the quotas on replication.
replication.quota.window.size.seconds | int | 1 | 1..
  The length of a sample for the quotas on replication.
unclean.leader.election.interval.ms | long | 300000 | 1.. | internal
  How often it is looked for partitions whose leader may be elected uncleanly.
`)
