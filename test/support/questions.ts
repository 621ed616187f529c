/**
 * Right requests for each API, about a topic, a group and a transactional id that are named: what a test needs that
 * goes over all APIs. A request holds what any version may want: the name and the id of the topic.
 */
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { batchOf } from './produced.ts'
import { joining, subtopology } from './streams-requests.ts'

export interface Named {
  readonly topic: string
  readonly topicId: string
  readonly group: string
  readonly transactionalId: string
  /** Of the topic and the group that are made. */
  readonly fresh: string
}

const producer = { producerId: 7, producerEpoch: 0 }
const noMember = { memberId: '', groupInstanceId: null }
const topicResource = 2
const incrementally = { configOperation: 0 }

// biome-ignore lint/suspicious/noExplicitAny: requests of all APIs.
export type Question = (named: Named) => Record<string, any>

/** By the name of the API; the first is the usual one. */
export const questions: Readonly<Record<string, readonly Question[]>> = {
  Produce: [
    ({ topic, topicId }) => ({
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, topicId, partitionData: [{ index: 0, records: batchOf(['x']) }] }],
    }),
    ({ topic, topicId, transactionalId }) => ({
      transactionalId,
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        {
          name: topic,
          topicId,
          partitionData: [
            { index: 0, records: batchOf(['x'], { ...producer, baseSequence: 0, isTransactional: true }) },
          ],
        },
      ],
    }),
  ],
  Fetch: [
    ({ topic, topicId }) => ({
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1000,
      topics: [{ topic, topicId, partitions: [fetched] }],
    }),
  ],
  ListOffsets: [
    ({ topic }) => ({
      replicaId: -1,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }] }],
    }),
  ],
  Metadata: [
    ({ topic }) => ({
      topics: [{ name: topic, topicId: ZERO_UUID }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: true,
      includeClusterAuthorizedOperations: true,
    }),
    ({ topicId }) => ({ topics: [{ name: null, topicId }], allowAutoTopicCreation: false }),
    ({ topic }) => ({ topics: [{ name: topic, topicId: ZERO_UUID }], allowAutoTopicCreation: true }),
  ],
  OffsetCommit: [
    (named) => ({
      groupId: named.group,
      generationIdOrMemberEpoch: -1,
      ...noMember,
      topics: [committed(named)],
    }),
  ],
  OffsetFetch: [
    ({ group, topic, topicId }) => ({
      groupId: group,
      topics: [{ name: topic, partitionIndexes: [0] }],
      groups: [
        { groupId: group, memberId: null, memberEpoch: -1, topics: [{ name: topic, topicId, partitionIndexes: [0] }] },
      ],
    }),
    ({ group }) => ({
      groupId: group,
      topics: null,
      groups: [{ groupId: group, memberId: null, memberEpoch: -1, topics: null }],
    }),
  ],
  FindCoordinator: [
    ({ group }) => ({ key: group, keyType: 0, coordinatorKeys: [group] }),
    ({ transactionalId }) => ({ key: transactionalId, keyType: 1, coordinatorKeys: [transactionalId] }),
  ],
  JoinGroup: [
    ({ group }) => ({
      groupId: group,
      ...noMember,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      reason: null,
    }),
  ],
  Heartbeat: [({ group }) => ({ groupId: group, generationId: 1, memberId: 'm', groupInstanceId: null })],
  LeaveGroup: [
    ({ group }) => ({
      groupId: group,
      memberId: 'm',
      members: [{ memberId: 'm', groupInstanceId: null, reason: null }],
    }),
  ],
  SyncGroup: [
    ({ group }) => ({
      groupId: group,
      generationId: 1,
      memberId: 'm',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
    }),
  ],
  DescribeGroups: [({ group }) => ({ groups: [group], includeAuthorizedOperations: true })],
  ListGroups: [() => ({})],
  SaslHandshake: [() => ({ mechanism: 'PLAIN' })],
  ApiVersions: [() => ({ clientSoftwareName: 'test', clientSoftwareVersion: '1' })],
  CreateTopics: [
    ({ fresh }) => ({
      topics: [{ name: fresh, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1000,
    }),
  ],
  DeleteTopics: [
    ({ topic, topicId }) => ({
      topics: [{ name: null, topicId }],
      topicNames: [topic],
      timeoutMs: 1000,
    }),
  ],
  DeleteRecords: [
    ({ topic }) => ({
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 0 }] }],
      timeoutMs: 1000,
    }),
  ],
  InitProducerId: [
    () => ({ transactionalId: null, transactionTimeoutMs: 1000, producerId: -1, producerEpoch: -1 }),
    ({ transactionalId }) => ({ transactionalId, transactionTimeoutMs: 1000, producerId: -1, producerEpoch: -1 }),
  ],
  OffsetForLeaderEpoch: [
    ({ topic }) => ({
      replicaId: -1,
      topics: [{ topic, partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }] }],
    }),
  ],
  AddPartitionsToTxn: [
    ({ topic, transactionalId }) => ({
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [0] }],
      transactions: [{ transactionalId, ...producer, verifyOnly: false, topics: [{ name: topic, partitions: [0] }] }],
    }),
  ],
  AddOffsetsToTxn: [({ group, transactionalId }) => ({ transactionalId, ...producer, groupId: group })],
  EndTxn: [({ transactionalId }) => ({ transactionalId, ...producer, committed: false })],
  WriteTxnMarkers: [
    ({ topic }) => ({
      markers: [
        {
          ...producer,
          transactionResult: false,
          topics: [{ name: topic, partitionIndexes: [0] }],
          coordinatorEpoch: 0,
          transactionVersion: 0,
        },
      ],
    }),
  ],
  TxnOffsetCommit: [
    (named) => ({
      transactionalId: named.transactionalId,
      groupId: named.group,
      ...producer,
      generationIdOrMemberEpoch: -1,
      ...noMember,
      topics: [committed(named)],
    }),
  ],
  DescribeAcls: [() => ({ ...anyPattern, principalFilter: 'User:nobody' })],
  CreateAcls: [
    ({ fresh }) => ({
      creations: [
        {
          ...{ resourceType: topicResource, resourceName: fresh, resourcePatternType: 3, principal: 'User:nobody' },
          ...{ host: '10.9.9.9', operation: 3, permissionType: 3 },
        },
      ],
    }),
  ],
  DeleteAcls: [() => ({ filters: [{ ...anyPattern, principalFilter: 'User:nobody' }] })],
  DescribeConfigs: [
    ({ topic }) => ({
      resources: [{ resourceType: topicResource, resourceName: topic, configurationKeys: ['retention.ms'] }],
    }),
    () => ({ resources: [{ resourceType: 4, resourceName: '1', configurationKeys: ['log.retention.ms'] }] }),
    ({ group }) => ({
      resources: [{ resourceType: 32, resourceName: group, configurationKeys: ['consumer.session.timeout.ms'] }],
    }),
  ],
  AlterConfigs: [
    ({ topic }) => ({
      resources: [
        { resourceType: topicResource, resourceName: topic, configs: [{ name: 'retention.ms', value: '1000' }] },
      ],
    }),
    () => ({ resources: [{ resourceType: 4, resourceName: '', configs: [] }], validateOnly: true }),
  ],
  DescribeLogDirs: [() => ({ topics: [] })],
  SaslAuthenticate: [() => ({})],
  CreatePartitions: [({ topic }) => ({ topics: [{ name: topic, count: 2, assignments: null }], timeoutMs: 1000 })],
  CreateDelegationToken: [() => ({ maxLifetimeMs: -1 })],
  RenewDelegationToken: [() => ({ renewPeriodMs: -1 })],
  ExpireDelegationToken: [() => ({ expiryTimePeriodMs: -1 })],
  DescribeDelegationToken: [() => ({ owners: null })],
  DeleteGroups: [({ group }) => ({ groupsNames: [group] })],
  IncrementalAlterConfigs: [
    ({ topic }) => ({
      resources: [
        {
          resourceType: topicResource,
          resourceName: topic,
          configs: [{ name: 'retention.ms', value: '1000', ...incrementally }],
        },
      ],
    }),
    ({ group }) => ({
      resources: [
        {
          resourceType: 32,
          resourceName: group,
          configs: [{ name: 'consumer.session.timeout.ms', value: '46000', ...incrementally }],
        },
      ],
    }),
  ],
  OffsetDelete: [
    ({ group, topic }) => ({
      groupId: group,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
    }),
  ],
  DescribeUserScramCredentials: [() => ({ users: null })],
  AlterUserScramCredentials: [() => ({ deletions: [{ name: 'nobody', mechanism: 1 }] })],
  ConsumerGroupHeartbeat: [
    ({ group, topic }) => ({
      groupId: group,
      memberId: 'AAAAAAAAAAAAAAAAAAAAAg',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: [topic],
      topicPartitions: [],
    }),
  ],
  ConsumerGroupDescribe: [({ group }) => ({ groupIds: [group], includeAuthorizedOperations: true })],
  DescribeClientQuotas: [() => ({ components: [{ entityType: 'user', matchType: 0, match: 'nobody' }] })],
  AlterClientQuotas: [
    ({ fresh }) => ({
      entries: [
        {
          entity: [{ entityType: 'user', entityName: fresh }],
          ops: [{ key: 'producer_byte_rate', value: 1e12, remove: false }],
        },
      ],
    }),
  ],
  ShareGroupHeartbeat: [
    ({ group, topic }) => ({ groupId: group, memberId: 'm', memberEpoch: 0, subscribedTopicNames: [topic] }),
  ],
  ShareGroupDescribe: [({ group }) => ({ groupIds: [group], includeAuthorizedOperations: true })],
  ShareFetch: [
    ({ group, topicId }) => ({
      groupId: group,
      memberId: 'm',
      maxBytes: 1000,
      maxRecords: 1,
      batchSize: 1,
      topics: [{ topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] }],
    }),
  ],
  ShareAcknowledge: [
    ({ group, topicId }) => ({
      groupId: group,
      memberId: 'm',
      shareSessionEpoch: -1,
      topics: [
        {
          topicId,
          partitions: [
            {
              partitionIndex: 0,
              acknowledgementBatches: [{ firstOffset: 0, lastOffset: 0, acknowledgeTypes: [1] }],
            },
          ],
        },
      ],
    }),
  ],
  StreamsGroupHeartbeat: [({ group, topic }) => joining(group, 'm', [subtopology('0', [topic])])],
  StreamsGroupDescribe: [({ group }) => ({ groupIds: [group], includeAuthorizedOperations: true })],
  StreamsGroupTopologyDescriptionUpdate: [({ group }) => ({ groupId: group, memberId: 'm' })],
  DescribeShareGroupOffsets: [
    ({ group, topic }) => ({ groups: [{ groupId: group, topics: [{ topicName: topic, partitions: [0] }] }] }),
    ({ group }) => ({ groups: [{ groupId: group, topics: null }] }),
  ],
  AlterShareGroupOffsets: [
    ({ fresh, topic }) => ({
      groupId: fresh,
      topics: [{ topicName: topic, partitions: [{ partitionIndex: 0, startOffset: 0 }] }],
    }),
  ],
  DeleteShareGroupOffsets: [({ fresh, topic }) => ({ groupId: fresh, topics: [{ topicName: topic }] })],
  DescribeCluster: [() => ({ includeClusterAuthorizedOperations: true })],
  DescribeProducers: [({ topic }) => ({ topics: [{ name: topic, partitionIndexes: [0] }] })],
  DescribeTransactions: [({ transactionalId }) => ({ transactionalIds: [transactionalId] })],
  ListTransactions: [() => ({ durationFilter: -1 })],
  AlterReplicaLogDirs: [({ topic }) => ({ dirs: [{ path: '/memory', topics: [{ name: topic, partitions: [0] }] }] })],
  ElectLeaders: [({ topic }) => ({ electionType: 0, topicPartitions: [{ topic, partitions: [0] }], timeoutMs: 1000 })],
  AlterPartitionReassignments: [
    ({ topic }) => ({
      timeoutMs: 1000,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, replicas: [1] }] }],
    }),
  ],
  ListPartitionReassignments: [() => ({ timeoutMs: 1000, topics: null })],
  DescribeQuorum: [() => ({ topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] })],
  UpdateFeatures: [() => ({ timeoutMs: 1000, featureUpdates: [], validateOnly: true })],
  UnregisterBroker: [() => ({ brokerId: 7 })],
  UnregisterController: [() => ({ controllerId: 7 })],
  GetTelemetrySubscriptions: [() => ({ clientInstanceId: ZERO_UUID })],
  PushTelemetry: [
    () => ({
      clientInstanceId: 'AAAAAAAAAAAAAAAAAAAAAg',
      subscriptionId: 1,
      terminating: false,
      compressionType: 0,
      metrics: Buffer.alloc(0),
    }),
  ],
  ListConfigResources: [() => ({ resourceTypes: [4] })],
  DescribeTopicPartitions: [({ topic }) => ({ topics: [{ name: topic }], responsePartitionLimit: 1, cursor: null })],
  AddRaftVoter: [() => ({ clusterId: null, timeoutMs: 1000, ...voter, listeners: [] })],
  RemoveRaftVoter: [() => ({ clusterId: null, ...voter })],
}

const voter = { voterId: 2, voterDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAg' }

const fetched = {
  partition: 0,
  currentLeaderEpoch: -1,
  fetchOffset: 0,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 1000,
  replicaDirectoryId: ZERO_UUID,
  highWatermark: Number.MAX_SAFE_INTEGER,
}

const anyPattern = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

function committed({ topic, topicId }: Named) {
  const offset = { committedOffset: 0, committedLeaderEpoch: -1, committedMetadata: null }
  return { name: topic, topicId, partitions: [{ partitionIndex: 0, ...offset }] }
}
