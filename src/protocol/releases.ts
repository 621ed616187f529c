/**
 * Which versions of its APIs each release of Apache Kafka has served, so that a broker can pass for an older one. Where
 * an API begins changed only once, and is said where it is described (`oldest`).
 */
import { assert } from '../base/assert.ts'
import type { Api } from './schema.ts'

export const releases = [
  '2.8',
  '3.0',
  '3.1',
  '3.2',
  '3.3',
  '3.4',
  '3.5',
  '3.6',
  '3.7',
  '3.8',
  '3.9',
  '4.0',
  '4.1',
  '4.2',
  '4.3',
  '4.4',
] as const
export type Release = (typeof releases)[number]

export const currentRelease: Release = '4.4'

/** It no longer serves the oldest versions of many APIs (KIP-896), nor message formats 0 and 1. */
const firstWithoutOldest: Release = '4.0'

/** `5 6@3.8`: version 5 from the first of the releases on, 6 since 3.8. `npm run compat:releases` makes this table. */
const newestVersions: Readonly<Record<string, string>> = {
  AddOffsetsToTxn: '3 4@3.8',
  AddPartitionsToTxn: '3 4@3.6 5@3.8',
  AddRaftVoter: '0@3.9 1@4.2',
  AlterClientQuotas: '1',
  AlterConfigs: '2',
  AlterPartitionReassignments: '0 1@4.1',
  AlterReplicaLogDirs: '2',
  AlterShareGroupOffsets: '0@4.1',
  AlterUserScramCredentials: '0',
  ApiVersions: '3 4@3.9 5@4.4',
  ConsumerGroupDescribe: '0@3.8 1@4.0',
  ConsumerGroupHeartbeat: '0@3.7 1@4.0',
  CreateAcls: '2 3@3.3',
  CreateDelegationToken: '2 3@3.3',
  CreatePartitions: '3',
  CreateTopics: '7',
  DeleteAcls: '2 3@3.3',
  DeleteGroups: '2 3@4.4',
  DeleteRecords: '2',
  DeleteShareGroupOffsets: '0@4.1',
  DeleteShareGroupState: '0@4.1',
  DeleteTopics: '6',
  DescribeAcls: '2 3@3.3',
  DescribeClientQuotas: '1',
  DescribeCluster: '0 1@3.7 2@4.0',
  DescribeConfigs: '4',
  DescribeDelegationToken: '2 3@3.3',
  DescribeGroups: '5 6@4.0',
  DescribeLogDirs: '2 3@3.2 4@3.3 5@4.3',
  DescribeProducers: '0',
  DescribeQuorum: '0 1@3.3 2@3.9',
  DescribeShareGroupOffsets: '0@4.1 1@4.2',
  DescribeTopicPartitions: '0@3.8',
  DescribeTransactions: '0@3.0',
  DescribeUserScramCredentials: '0',
  ElectLeaders: '2',
  EndTxn: '3 4@3.8 5@4.0',
  ExpireDelegationToken: '2',
  Fetch: '12 13@3.1 15@3.5 16@3.7 17@3.9 18@4.1',
  FindCoordinator: '3 4@3.0 5@3.8 6@3.9',
  GetTelemetrySubscriptions: '0@3.7',
  Heartbeat: '4',
  IncrementalAlterConfigs: '1',
  InitProducerId: '4 5@3.8',
  InitializeShareGroupState: '0@4.1',
  JoinGroup: '7 9@3.2',
  LeaveGroup: '4 5@3.2',
  ListConfigResources: '0@3.7 1@4.1',
  ListGroups: '4 5@3.8',
  ListOffsets: '6 7@3.0 8@3.5 9@3.9 10@4.0 11@4.2',
  ListPartitionReassignments: '0',
  ListTransactions: '0@3.0 1@3.8 2@4.1',
  Metadata: '11 12@3.1 13@4.0',
  OffsetCommit: '8 9@3.7 10@4.2',
  OffsetDelete: '0',
  OffsetFetch: '7 8@3.0 9@3.7 10@4.2',
  OffsetForLeaderEpoch: '4',
  Produce: '9 10@3.7 11@3.8 12@4.0 13@4.1',
  PushTelemetry: '0@3.7',
  ReadShareGroupState: '0@4.1',
  ReadShareGroupStateSummary: '0@4.1 1@4.2',
  RemoveRaftVoter: '0@3.9',
  RenewDelegationToken: '2',
  SaslAuthenticate: '2',
  SaslHandshake: '1',
  ShareAcknowledge: '1@4.1 2@4.2',
  ShareFetch: '1@4.1 2@4.2',
  ShareGroupDescribe: '1@4.1',
  ShareGroupHeartbeat: '1@4.1',
  StreamsGroupDescribe: '0@4.2 1@4.4',
  StreamsGroupHeartbeat: '0@4.2 1@4.4',
  StreamsGroupTopologyDescriptionUpdate: '0@4.4',
  SyncGroup: '5',
  TxnOffsetCommit: '3 4@3.8 5@4.0 6@4.4',
  UnregisterBroker: '0 none@3.0 0@3.3',
  UnregisterController: '0@4.4',
  UpdateFeatures: '0 1@3.3 2@4.0',
  WriteShareGroupState: '0@4.1 1@4.2',
  WriteTxnMarkers: '1 2@4.2',
}

/** The first release that had the feature on by default (KIP-584). What is not named has always been there. */
const featureSince: Readonly<Record<string, Release>> = {
  'metadata.version': '3.3',
  'kraft.version': '3.9',
  'group.version': '4.0',
  'transaction.version': '4.0',
  'eligible.leader.replicas.version': '4.1',
  'share.version': '4.2',
  'streams.version': '4.2',
}

/** The API in the versions that a broker of that release serves; null when it serves none of them. */
export function apiAt<A extends Api>(api: A, release: Release): A | null {
  const { versions, oldest = versions[0] } = api
  const first = isBefore(release, firstWithoutOldest) ? oldest : versions[0]
  const last = Math.min(versions[1], newestVersion(api.name, release))
  if (first === versions[0] && last === versions[1]) return api
  return last < first ? null : { ...api, versions: [first, last] }
}

export function hasFeature(name: string, release: Release): boolean {
  return !isBefore(release, featureSince[name] ?? releases[0])
}

/** −1: it serves none. */
function newestVersion(name: string, release: Release): number {
  const steps = newestVersions[name]
  assert(steps !== undefined, `no release is known that serves ${name}: npm run compat:releases`)
  const reached = steps.split(' ').filter((step) => !isBefore(release, (step.split('@')[1] ?? releases[0]) as Release))
  const version = reached.at(-1)?.split('@')[0] ?? 'none'
  return version === 'none' ? -1 : Number(version)
}

function isBefore(one: Release, other: Release): boolean {
  return releases.indexOf(one) < releases.indexOf(other)
}
