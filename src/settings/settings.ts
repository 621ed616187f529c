/**
 * settings.yaml, described once: from these tables come checks, types, environment variables, flags and the reference.
 * `file.ts` reads by them, `reference.ts` prints them. A default is what a person would write.
 */
import { join } from 'node:path'
import { existingFolder, publicKey, secret } from './file-kinds.ts'
import { nonUtf8, onError, onReject, plugin, tombstones } from './plugins.ts'
import { principals } from './patterns.ts'
import { security } from './security.ts'
import { testing } from './testing.ts'
import { currentRelease } from '../protocol/releases.ts'
import { release } from './release.ts'
import { contents, kafkaConfigs } from './topics.ts'
import { defaultsOf, setting, type Table, type Values } from './table.ts'
import {
  boolean,
  duration,
  integer,
  list,
  oneOf,
  orWords,
  componentPath,
  path,
  port,
  size,
  text,
  topicName,
} from './values.ts'

const host = text('host name or address', /^[\w.:-]+$/, 'a host name or an IP address')
const rack = text('rack', /\S/, 'the name of a rack')
const listening = {
  brokerPorts: setting(
    'broker_ports',
    orWords(list(port, 1), ['off', 'none', false], [] as readonly number[]),
    [9092],
    'The ports that speak the Kafka protocol. Several present as that many brokers of one cluster. 0: any free port. ' +
      'off: only listeners do.',
  ),
  brokerRacks: setting(
    'broker_racks',
    list(rack),
    [],
    'The rack of each broker, in the order of broker_ports. Replicas are spread over racks; consumers read in theirs.',
  ),
  listenAddress: setting(
    'listen_address',
    host,
    '127.0.0.1',
    'The address on which all ports listen. 0.0.0.0: every address of the machine, for everyone who reaches it.',
  ),
  kafkaHostname: setting(
    'kafka_hostname',
    host,
    null,
    'What clients are told to connect to. Not set: the address at which they reached Blink.',
  ),
  restPort: setting(
    'rest_port',
    orWords(port, ['off', 'none', false], null),
    30005,
    'The port of the HTTP API. 0: any free port.',
  ),
  httpHosts: setting(
    'http_hosts',
    list(host),
    [],
    'Further names under which the HTTP API may be reached, beside localhost, the listen address and kafka_hostname.',
  ),
  adminToken: setting(
    'admin_token',
    secret,
    null,
    'What HTTP requests that change something must bring, as Authorization: Bearer <token>. Better set in the ' +
      'environment than here. Not set: they need nothing.',
  ),
  asVersion: setting(
    'as_version',
    release,
    currentRelease,
    'The release of Apache Kafka whose versions of each API are served, to try clients against an older one: 2.8–4.4.',
  ),
  clusterId: setting(
    'cluster_id',
    text('text', /^[\w-]{1,64}$/, 'at most 64 letters, digits, dashes and underscores'),
    null,
    'The id of the cluster. Not set: a new one at every start.',
  ),
}

const records = {
  memoryBytesMax: setting(
    'max_memory',
    size('1MB', '1TB'),
    '1GB',
    'The most bytes of records that are kept; beyond, the oldest segments are deleted, in whichever topic they are.',
    ['KAFKA_MEM_HEAP'],
  ),
  retentionMs: setting(
    'retention',
    orWords(duration('1ms', '36500d'), ['unlimited', -1], -1),
    '7d',
    'How long records are kept. A topic may differ, by its config retention.ms.',
  ),
  recordStoragePath: setting(
    'record_storage_path',
    path,
    null,
    'A folder for records on disk. This version keeps them in memory only, and says so at start.',
  ),
  isPurgedOnFetch: setting(
    'purge_on_fetch',
    boolean,
    false,
    'Whether a fetch deletes what lies before its offset: records are read once, then gone.',
  ),
}

const topics = {
  bootTopics: setting('boot_topic', list(topicName), [], 'A topic, or a list of topics, to create at start.'),
  partitionCount: setting(
    'kafka_cfg_num_partitions',
    integer(1, 10_000),
    1,
    'How many partitions a topic gets for which nobody says.',
  ),
  createsTopics: setting('auto_create_topics', boolean, true, 'Whether a topic is created when it is first used.'),
  ...contents,
}

const groups = {
  hasGroups: setting('enable_consumer_groups', boolean, true, 'Whether there are consumer groups.'),
  groupInitialRebalanceDelayMs: setting(
    'group_initial_rebalance_delay',
    duration('0s', '10m'),
    '0s',
    'How long the first rebalance of a group waits for more members.',
  ),
  groupSessionTimeoutMinMs: setting(
    'group_min_session_timeout',
    duration('1ms', '1h'),
    '6s',
    'The shortest session timeout that a member may ask for.',
  ),
  groupSessionTimeoutMaxMs: setting(
    'group_max_session_timeout',
    duration('1s', '1d'),
    '30m',
    'The longest session timeout that a member may ask for.',
  ),
  groupEvictsOnDisconnect: setting(
    'group_evict_on_disconnect',
    boolean,
    false,
    'Whether a member whose connection closes leaves its group at once, not when its session times out.',
  ),
  groupMembersMax: setting(
    'group_max_size',
    integer(1, 2_147_483_647),
    10_000,
    'The most members that a group may have.',
  ),
  offsetsRetentionMs: setting(
    'offsets_retention',
    duration('1m', '36500d'),
    '7d',
    'How long the committed offsets of a group without members are kept.',
  ),
}

const transactions = {
  transactionTimeoutMaxMs: setting(
    'transaction_max_timeout',
    duration('1ms', '24d'),
    '15m',
    'The longest transaction that a producer may ask for.',
  ),
}

const plugins = {
  pluginPaths: setting(
    'plugin_paths',
    list(componentPath),
    [],
    'Plugins, each by the path of its .wasm file alone; a relative path starts from the folder of this file. What is ' +
      'not there is looked for in plugin_dir.',
  ),
  pluginDir: setting(
    'plugin_dir',
    existingFolder,
    null,
    'A folder of plugins. Without plugin_paths and plugins, every .wasm file in it is loaded, in the order of their ' +
      'names; with either, only what they name.',
  ),
  plugins: setting('plugins', list(plugin), [], 'Plugins with settings of their own.'),
  onReject: setting(
    'on_reject',
    onReject,
    'fail',
    'What a refusal does. fail: the batch fails. drop: the others are stored. dead-letter: and it goes to a topic.',
  ),
  onError: setting('on_error', onError, 'reject', 'What becomes of a record when a plugin fails over it.'),
  nonUtf8: setting(
    'non_utf8',
    nonUtf8,
    'lossy',
    'Bytes that are no UTF-8. lossy: plugins see U+FFFD. reject: the record is refused. skip: plugins do not see it.',
  ),
  tombstones: setting(
    'tombstones',
    tombstones,
    'pass',
    'Records without a value. pass: a plugin sees the empty string. skip: it does not see them.',
  ),
  pluginCachePath: setting(
    'plugin_cache_path',
    path,
    null,
    'Where compiled plugins are kept. Not set: the cache folder of the user.',
  ),
  pluginDataPath: setting(
    'plugin_data_path',
    path,
    null,
    'Where plugins keep what they were granted to keep, and configs that were changed over HTTP. Not set: ' +
      '.blink/plugins beside this file. It is made when it is needed.',
  ),
  pluginTrustedKeys: setting(
    'plugin_trusted_keys',
    list(publicKey),
    [],
    'Ed25519 keys by which signatures of plugins are checked: each 32 bytes in base64, or the path of a PEM file.',
  ),
  requiresPluginSignatures: setting(
    'plugin_require_signature',
    boolean,
    false,
    'Whether plugins without a signature are refused.',
  ),
  acceptsPluginUploads: setting(
    'plugin_uploads',
    boolean,
    false,
    'Whether POST /plugins takes the bytes of a plugin. Otherwise it takes the path of a file on this machine.',
  ),
}

const limits = {
  connectionsMax: setting(
    'max_connections',
    integer(1, 1_000_000),
    10_000,
    'The most connections at a time on each broker port.',
  ),
  requestBytesMax: setting('max_request_size', size('1KB', '1GB'), '100MB', 'The largest request of a Kafka client.'),
  queuedResponseBytesMax: setting(
    'max_queued_response_size',
    size('1KB', '1GB'),
    '16MB',
    'Answers that a client has not read yet; beyond, its next request waits.',
  ),
  connectionIdleTimeoutMs: setting(
    'connection_idle_timeout',
    duration('1s', '30d'),
    '10m',
    'After how long without a request a connection is closed.',
  ),
  httpBodyBytesMax: setting('http_max_body_size', size('1KB', '1GB'), '16MB', 'The largest body of an HTTP request.'),
  httpFetchBytesMax: setting(
    'http_max_fetch_size',
    size('1KB', '1GB'),
    '16MB',
    'The most bytes of records that GET /fetch answers with.',
  ),
  httpWaitMsMax: setting('http_max_wait', duration('0s', '1h'), '1m', 'How long GET /fetch may wait for records.'),
  shutdownTimeoutMs: setting(
    'shutdown_timeout',
    duration('0s', '10m'),
    '5s',
    'How long a stop may take before whatever is left is cut off.',
  ),
}

const log = {
  logLevel: setting(
    'log_level',
    oneOf('trace', 'debug', 'info', 'warn', 'error'),
    'info',
    'How much the log says; debug shows what plugins say.',
  ),
  logFormat: setting('log_format', oneOf('text', 'json'), 'text', 'Lines for people, or one JSON object a line.'),
}

const authorization = {
  hasAuthorizer: setting(
    'authorizer',
    boolean,
    false,
    'Whether ACLs decide what clients may do. Otherwise everyone may do everything, and there are no ACLs.',
  ),
  superUsers: setting(
    'super_users',
    principals,
    [],
    'Principals (User:admin) that may do everything, whatever ACLs say.',
  ),
  allowsIfNoAclFound: setting(
    'allow_everyone_if_no_acl_found',
    boolean,
    false,
    'Whether everyone may do everything with a resource of which no ACL speaks.',
  ),
}

export const sections: readonly (readonly [title: string, table: Table])[] = [
  ['Listening', listening],
  ['Security', security],
  ['Records', records],
  ['Topics', topics],
  ['Consumer groups', groups],
  ['Transactions', transactions],
  ['Authorization', authorization],
  ['Plugins', plugins],
  ['Limits', limits],
  ['Configs of Kafka', kafkaConfigs],
  ['Log', log],
  ['Testing', testing],
]

export const settingsTable = {
  ...listening,
  ...security,
  ...records,
  ...topics,
  ...groups,
  ...transactions,
  ...authorization,
  ...plugins,
  ...limits,
  ...kafkaConfigs,
  ...log,
  ...testing,
}

export type Settings = Values<typeof settingsTable> & {
  /** Where relative paths of plugins start from: the folder of settings.yaml. */
  readonly folder: string
}

/** As if nobody had set anything. */
export function defaultSettings(folder: string): Settings {
  return { ...defaultsOf(settingsTable), folder }
}

/** Where plugins keep things; nothing is there until one does. */
export function pluginDataPath({ pluginDataPath, folder }: Pick<Settings, 'pluginDataPath' | 'folder'>): string {
  return pluginDataPath ?? join(folder, '.blink', 'plugins')
}
