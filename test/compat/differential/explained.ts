/**
 * Differences that are meant, each with its reason. One that nothing matches any more is an error, too.
 */
import type { Finding } from './telling.ts'

export interface Explained {
  readonly api: string
  /** How the field's path begins; all fields of the answer without one. */
  readonly path?: string
  /** A part of the title of the story and its request. */
  readonly title?: string
  /** Kafka does not answer, or not for long. */
  readonly isUnanswered?: boolean
  /** Not in every run. */
  readonly isRare?: boolean
  readonly why: string
}

export const explained: readonly Explained[] = [
  { api: 'DescribeConfigs', path: 'results[1].configs[advertised.listeners]', why: 'where it was started' },
  { api: 'DescribeConfigs', path: 'results[1].configs[controller.quorum.voters]', why: 'where it was started' },
  { api: 'DescribeConfigs', path: 'results[1].configs[listeners]', why: 'where it was started' },
  { api: 'DescribeConfigs', path: 'results[1].configs[log.dirs]', why: 'where it was started' },
  { api: 'DescribeConfigs', path: 'results[1].configs[max.connections]', why: 'Blink bounds what its settings bound' },
  { api: 'DescribeConfigs', path: 'results[1].configs[group.max.size]', why: 'Blink bounds what its settings bound' },
  {
    api: 'DescribeConfigs',
    path: 'results[1].configs[metric.reporters]',
    why: 'the Kafka compared with takes metrics of clients, which without such a class none does',
  },
  {
    api: 'AlterConfigs',
    title: 'resources = its first twice',
    isUnanswered: true,
    why: 'a request that names a resource twice Kafka never answers',
  },
  { api: 'ApiVersions', path: 'apiKeys', why: 'which APIs are served is the table above' },
  { api: 'DescribeQuorum', path: 'topics.partitions[].highWatermark', why: 'Blink has no metadata log: it is empty' },
  {
    api: 'DescribeQuorum',
    path: 'topics.partitions[].leaderEpoch',
    isRare: true,
    why: 'how often Kafka elected itself as it started',
  },
  {
    api: 'DescribeQuorum',
    path: 'topics.partitions[].currentVoters.logEndOffset',
    why: 'Blink has no metadata log: it is empty',
  },
  {
    api: 'DescribeTopicPartitions',
    title: 'topics[0].name = ""',
    why: 'for a topic without a name Kafka fails as a whole',
  },
  {
    api: 'DescribeTopicPartitions',
    title: 'cursor.partitionIndex = 2147483647',
    why: 'there Kafka counts beyond the greatest number of all',
  },
  {
    api: 'DescribeTopicPartitions',
    path: 'topics[__',
    why: 'what Kafka keeps in topics of its own, Blink keeps in memory',
  },
  {
    api: 'ElectLeaders',
    path: 'replicaElectionResults[__',
    why: 'what Kafka keeps in topics of its own, Blink keeps in memory',
  },
  ...['strange bytes', 'resourceTypes = []', 'resourceTypes[0] = 2'].map((title) => ({
    api: 'ListConfigResources',
    title,
    path: 'configResources',
    why: 'what Kafka keeps in topics of its own, Blink keeps in memory',
  })),
  {
    api: 'CreateTopics',
    title: 'collides with another',
    why: 'of two names that collide Kafka creates both when they stand in one request; Blink refuses the second',
  },
  {
    api: 'JoinGroup',
    title: 'protocols = its first twice',
    isUnanswered: true,
    why: 'Kafka never answers a newcomer that names a protocol twice',
  },
  {
    api: 'AddPartitionsToTxn',
    title: 'transactions = []',
    isUnanswered: true,
    why: 'a request without transactions Kafka never answers',
  },
  {
    api: 'AddPartitionsToTxn',
    title: 'strange bytes',
    isUnanswered: true,
    why: 'it has no transactions, and Kafka never answers it',
  },
  {
    api: 'WriteTxnMarkers',
    title: 'its first twice',
    isUnanswered: true,
    why: 'a request that names a partition twice Kafka never answers',
  },
  { api: 'Produce', title: 'records = null', isUnanswered: true, why: 'Kafka never answers a batch that is null' },
  {
    api: 'Produce',
    path: 'responses[].partitionResponses.errorMessage',
    why: 'Blink says what is wrong where Kafka keeps it to itself',
  },
  { api: 'Fetch', title: 'ytes = 99', why: 'Kafka cuts the last batch short, which clients throw away' },
  { api: 'ShareFetch', title: 'ytes = 99', why: 'Kafka cuts the last batch short, which clients throw away' },
  {
    api: 'ShareFetch',
    title: 'batchSize = ',
    path: 'responses.partitions[].acquiredRecords',
    why: 'of a batch size that is not positive Kafka makes a stretch without records',
  },
  ...['99', '2147483647'].map((index) => ({
    api: 'DescribeShareGroupOffsets',
    title: `partitions[0] = ${index}`,
    isUnanswered: true,
    why: 'of a partition that a topic does not have Kafka tries to read for a long time before it answers',
  })),
  { api: 'Fetch', title: 'sessionId = 2147483647', why: 'the greatest session id of all makes Kafka fail' },
  {
    api: 'Metadata',
    title: 'topics[0].name = null',
    why: 'for a topic with neither name nor id Kafka fails as a whole',
  },
  {
    api: 'DescribeLogDirs',
    path: 'results.topics[__',
    why: 'what Kafka keeps in topics of its own, Blink keeps in memory',
  },
  { api: 'Metadata', path: 'topics[__', why: 'what Kafka keeps in topics of its own, Blink keeps in memory' },
]

export function isUnanswered({ api, title }: Pick<Finding, 'api' | 'title'>): boolean {
  const finding = { api, title, path: '' }
  return explained.some((each) => each.isUnanswered === true && explains(each, finding))
}

export function isExplained(finding: Finding): boolean {
  return explained.some((each) => explains(each, finding))
}

export function explains({ api, path, title }: Explained, finding: Pick<Finding, 'api' | 'title' | 'path'>): boolean {
  return (
    finding.api === api &&
    (path === undefined || finding.path.startsWith(path)) &&
    (title === undefined || finding.title.includes(title))
  )
}
