/**
 * The configs of the brokers that are left: network, threads, metadata, coordinators, metrics, quotas. Kafka's names,
 * types, defaults and bounds (Apache Kafka 4.4).
 */
import type { ConfigDefinition } from './config-values.ts'
import { definitionsIn } from './definition-table.ts'

export const serverBrokerConfigs: readonly ConfigDefinition[] = definitionsIn(`
add.partitions.to.txn.retry.backoff.max.ms | int | 100 | 0..
  The longest wait before partitions are added to a transaction once more.
add.partitions.to.txn.retry.backoff.ms | int | 20 | 1..
  How long the broker waits before it adds partitions to a transaction once more.
advertised.listeners | list | null
  What clients are told to connect to.
alter.config.policy.class.name | class | null
  The class that judges changes of configs.
auto.create.topics.enable | boolean | true
  Whether topics are created on first use.
background.threads | int | 10 | 1.. | cluster-wide
  Threads for background work.
broker.heartbeat.interval.ms | int | 2000
  How often brokers send the controller a heartbeat.
broker.id | int | -1
  The number of the broker.
broker.rack | string | null
  The rack of the broker.
broker.session.timeout.ms | int | 9000
  After how long the controller takes a silent broker for gone.
client.quota.callback.class | class | null
  The class that says which quotas clients have.
config.providers | list | | | cluster-wide
  Names of what provides values from elsewhere.
connections.max.idle.ms | long | 600000
  After how long an idle connection is closed.
controlled.shutdown.enable | boolean | true
  Whether a broker hands over its partitions before it stops.
controller.listener.names | list | null
  The listeners of the controller.
controller.performance.always.log.threshold.ms | long | 2000 | 0.. | internal
  From which duration on an event of the controller is always logged.
controller.performance.sample.period.ms | long | 60000 | 100.. | internal
  How often the controller logs how it does.
controller.quorum.append.linger.ms | int | 25 | 0..
  How long the controller gathers records before it writes them.
controller.quorum.auto.join.enable | boolean | false
  Whether a controller joins the voters by itself.
controller.quorum.bootstrap.servers | list
  Where controllers are first asked for the quorum.
controller.quorum.election.backoff.max.ms | int | 1000 | 0..
  The longest wait before another election of a leader of the quorum.
controller.quorum.election.timeout.ms | int | 1000 | 0..
  How long a candidate waits for votes.
controller.quorum.fetch.max.bytes | int | 1048576 | 1..
  The most bytes that a controller fetches at a time.
controller.quorum.fetch.snapshot.max.bytes | int | 1048576 | 1..
  The most bytes of a snapshot that a controller fetches at a time.
controller.quorum.fetch.timeout.ms | int | 2000 | 0..
  After how long without a fetch that succeeds an election begins.
controller.quorum.request.timeout.ms | int | 2000 | 0..
  How long a controller waits for an answer of another.
controller.quorum.retry.backoff.ms | int | 20 | 0..
  How long a controller waits before it asks another once more.
controller.quorum.voters | list
  The voters of the quorum, each id@host:port.
controller.quota.window.num | int | 11 | 1.. | binds
  Samples kept for the quota on changes of topics.
controller.quota.window.size.seconds | int | 1 | 1.. | binds
  The length of a sample for the quota on changes of topics.
controller.socket.timeout.ms | int | 30000
  How long a socket to the controller waits.
create.topic.policy.class.name | class | null
  The class that judges new topics.
delete.topic.enable | boolean | true | | binds
  Whether topics can be deleted.
errors.deadletterqueue.auto.create.topics.enable | boolean | false | | cluster-wide binds
  Whether topics for records that share groups gave up are created on first use.
errors.deadletterqueue.topic.name.prefix | string | dlq. | | cluster-wide binds
  How the names of topics begin that take records which share groups gave up.
initial.broker.registration.timeout.ms | int | 60000
  How long a starting broker tries to register.
inter.broker.listener.name | string | null
  The listener through which brokers talk to one another.
internal.metadata.delete.delay.millis | long | 60000 | | internal
  How long a deleted segment of the metadata log stays on disk.
internal.metadata.log.segment.bytes | int | null | | internal
  The size at which a segment of the metadata log is closed, for tests.
internal.metadata.max.batch.size.in.bytes | int | 8388608 | | internal
  The largest batch in the metadata log.
kafka.metrics.polling.interval.secs | int | 10 | 1..
  How often reporters of metrics poll.
kafka.metrics.reporters | list
  Classes that report the older metrics.
listener.security.protocol.map | string |
    SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT | | per-broker
  Which listener speaks which security protocol.
listeners | list | PLAINTEXT://:9092 | | per-broker
  What the broker listens on.
max.connection.creation.rate | int | 2147483647 | 0.. | cluster-wide
  The most connections opened in a second.
max.connections | int | 2147483647 | 0.. | cluster-wide binds
  The most connections at a time.
max.connections.per.ip | int | 2147483647 | 0.. | cluster-wide binds
  The most connections at a time from one address.
max.connections.per.ip.overrides | string | | | cluster-wide binds
  Other bounds for addresses by name, each host:count.
max.incremental.fetch.session.cache.slots | int | 1000 | 0.. | binds
  The most fetch sessions kept.
max.request.partition.size.limit | int | 2000 | 1.. | binds
  The most partitions that an answer to DescribeTopicPartitions tells of.
metadata.log.dir | string | null
  Where the metadata log is kept; the first of log.dirs when unset.
metadata.log.max.record.bytes.between.snapshots | long | 20971520 | 1..
  After how many bytes of records a snapshot of the metadata is taken.
metadata.log.max.snapshot.interval.ms | long | 3600000 | 0..
  After how long a snapshot of the metadata is taken.
metadata.log.segment.bytes | int | 1073741824 | 8388608..
  The size at which a segment of the metadata log is closed.
metadata.log.segment.ms | long | 604800000
  The age at which a segment of the metadata log is closed.
metadata.max.idle.interval.ms | int | 500 | 0..
  How often the controller writes a record when nothing else is written.
metadata.max.retention.bytes | long | 104857600
  The size beyond which old snapshots and segments of the metadata are deleted.
metadata.max.retention.ms | long | 604800000
  The age beyond which old snapshots and segments of the metadata are deleted.
metric.reporters | list | org.apache.kafka.common.metrics.JmxReporter | | cluster-wide
  Classes that report metrics.
metrics.num.samples | int | 2 | 1..
  Samples kept for each metric.
metrics.recording.level | string | INFO
  Which metrics are recorded.
metrics.sample.window.ms | long | 30000 | 1..
  The length of a sample of a metric.
node.id | int | null | 0..
  The number of the broker.
num.io.threads | int | 8 | 1.. | cluster-wide
  Threads that serve requests.
num.network.threads | int | 3 | 1.. | cluster-wide
  Threads that read requests and write answers.
offset.metadata.max.bytes | int | 4096 | | binds
  The longest note that goes with a committed offset.
offsets.commit.timeout.ms | int | 5000 | 1..
  How long a commit of offsets waits for replicas.
offsets.load.buffer.size | int | 5242880 | 1..
  Bytes read at a time when offsets are loaded.
offsets.retention.check.interval.ms | long | 600000 | 1.. | binds
  How often expired offsets are looked for.
offsets.retention.minutes | int | 10080 | 1..
  How long committed offsets of an empty group are kept.
offsets.topic.compression.codec | int | 0
  The codec in which offsets are stored.
offsets.topic.num.partitions | int | 50 | 1..
  Partitions of the topic of offsets.
offsets.topic.replication.factor | short | 3 | 1..
  Replicas of the topic of offsets.
offsets.topic.segment.bytes | int | 104857600 | 1..
  The size of segments of the topic of offsets.
process.roles | list | null | broker/controller
  Which roles the process has.
queued.max.request.bytes | long | -1
  The most bytes of requests that wait; -1 for no bound.
queued.max.requests | int | 500 | 1..
  The most requests that wait before no more is read.
quota.window.num | int | 11 | 1.. | binds
  Samples kept for the quotas of clients.
quota.window.size.seconds | int | 1 | 1.. | binds
  The length of a sample for the quotas of clients.
request.timeout.ms | int | 30000
  How long a broker waits for an answer to its own requests.
server.max.startup.time.ms | long | 9223372036854775807 | 0.. | internal
  After how long a broker that has not started gives up.
share.coordinator.append.linger.ms | int | -1 | -1..
  How long the coordinator of share groups gathers records; -1 lets it decide.
share.coordinator.cached.buffer.max.bytes | int | 1048588 | 524288.. | cluster-wide
  The largest buffer that the coordinator of share groups keeps for another use.
share.coordinator.cold.partition.snapshot.interval.ms | int | 300000 | 1.. | internal
  How often a snapshot is taken of partitions in which nothing happens.
share.coordinator.load.buffer.size | int | 5242880 | 1..
  Bytes read at a time when the state of share groups is loaded.
share.coordinator.snapshot.update.records.per.snapshot | int | 500 | 0..500
  Updates that are written between two snapshots.
share.coordinator.state.topic.compression.codec | int | 0
  The codec in which the state of share groups is stored.
share.coordinator.state.topic.min.isr | short | 2 | 1..
  Replicas that must have the state of share groups.
share.coordinator.state.topic.num.partitions | int | 50 | 1..
  Partitions of the topic of that state.
share.coordinator.state.topic.prune.interval.ms | int | 300000 | 1.. | internal
  How often what is no longer needed of that topic is deleted.
share.coordinator.state.topic.replication.factor | short | 3 | 1..
  Replicas of the topic of that state.
share.coordinator.state.topic.segment.bytes | int | 104857600 | 1..
  The size of segments of the topic of that state.
share.coordinator.threads | int | 1 | 1..
  Threads of the coordinator of share groups.
share.coordinator.write.timeout.ms | int | 5000 | 1..
  How long a write of that state waits for replicas.
share.fetch.purgatory.purge.interval.requests | int | 1000
  After how many requests finished share fetches are cleared away.
socket.connection.setup.timeout.max.ms | long | 30000
  The longest that opening a connection to another broker may take.
socket.connection.setup.timeout.ms | long | 10000
  How long opening a connection to another broker may take at first.
socket.listen.backlog.size | int | 50 | 1..
  Connections that may wait to be accepted.
socket.receive.buffer.bytes | int | 102400
  The receive buffer of sockets; -1 for the system's.
socket.request.max.bytes | int | 104857600 | 1..
  The largest request that is read.
socket.send.buffer.bytes | int | 102400
  The send buffer of sockets; -1 for the system's.
telemetry.max.bytes | int | 1048576 | 1.. | binds
  The most bytes of metrics that a client may push at a time.
transaction.abort.timed.out.transaction.cleanup.interval.ms | int | 10000 | 1.. | binds
  How often transactions that took too long are aborted.
transaction.max.timeout.ms | int | 900000 | 1..
  The longest transaction that a producer may ask for.
transaction.partition.verification.enable | boolean | true | | cluster-wide binds
  Whether a partition is verified to be part of the transaction that writes to it.
transaction.remove.expired.transaction.cleanup.interval.ms | int | 3600000 | 1.. | binds
  How often transactional ids that nobody uses are forgotten.
transaction.state.log.load.buffer.size | int | 5242880 | 1..
  Bytes read at a time when transactions are loaded.
transaction.state.log.min.isr | int | 2 | 1..
  Replicas that must have the state of transactions.
transaction.state.log.num.partitions | int | 50 | 1..
  Partitions of the topic of transactions.
transaction.state.log.replication.factor | short | 3 | 1..
  Replicas of the topic of transactions.
transaction.state.log.segment.bytes | int | 104857600 | 1..
  The size of segments of the topic of transactions.
transaction.two.phase.commit.enable | boolean | false
  Whether transactions may take part in a two-phase commit.
transactional.id.expiration.ms | int | 604800000 | 1.. | binds
  How long a transactional id is kept that nobody uses.
unstable.api.versions.enable | boolean | false | | internal
  Whether versions of APIs that may still change are served.
unstable.feature.versions.enable | boolean | false | | internal
  Whether versions of features that may still change are on.
`)
