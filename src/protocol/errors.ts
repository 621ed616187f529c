/**
 * Every answer of Kafka's other than success, with its code. Source: Apache Kafka 4.4, `common.protocol.Errors`.
 *
 * An error is a value to return, not an exception: refusing is a normal day's work.
 */
export class KafkaError {
  readonly code: number
  readonly name: string
  /** Whether clients try again by themselves. */
  readonly isRetriable: boolean
  /** What went wrong this time, where there is more to say than the name does. */
  readonly message: string | null

  constructor(code: number, name: string, isRetriable: boolean, message: string | null = null) {
    this.code = code
    this.name = name
    this.isRetriable = isRetriable
    this.message = message
  }

  /** The same error, saying what went wrong: `INVALID_PARTITIONS.because('…')`. */
  because(message: string): KafkaError {
    return new KafkaError(this.code, this.name, this.isRetriable, message)
  }

  is(other: KafkaError): boolean {
    return this.code === other.code
  }
}

const all = new Map<number, KafkaError>()

function error(code: number, name: string, retry: 'retriable' | 'final'): KafkaError {
  const made = new KafkaError(code, name, retry === 'retriable')
  all.set(code, made)
  return made
}

/** The error of a code; UNKNOWN_SERVER_ERROR for a code that Kafka does not know. */
export function errorOf(code: number): KafkaError {
  return all.get(code) ?? UNKNOWN_SERVER_ERROR
}

/** Undefined for a name that is none of Kafka's. */
export function errorNamed(name: string): KafkaError | undefined {
  for (const one of all.values()) if (one.name === name) return one
  return undefined
}

export const UNKNOWN_SERVER_ERROR = error(-1, 'UNKNOWN_SERVER_ERROR', 'final')
export const NONE = error(0, 'NONE', 'final')
export const OFFSET_OUT_OF_RANGE = error(1, 'OFFSET_OUT_OF_RANGE', 'final')
export const CORRUPT_MESSAGE = error(2, 'CORRUPT_MESSAGE', 'retriable')
export const UNKNOWN_TOPIC_OR_PARTITION = error(3, 'UNKNOWN_TOPIC_OR_PARTITION', 'retriable')
export const INVALID_FETCH_SIZE = error(4, 'INVALID_FETCH_SIZE', 'final')
export const LEADER_NOT_AVAILABLE = error(5, 'LEADER_NOT_AVAILABLE', 'retriable')
export const NOT_LEADER_OR_FOLLOWER = error(6, 'NOT_LEADER_OR_FOLLOWER', 'retriable')
export const REQUEST_TIMED_OUT = error(7, 'REQUEST_TIMED_OUT', 'retriable')
export const BROKER_NOT_AVAILABLE = error(8, 'BROKER_NOT_AVAILABLE', 'final')
export const REPLICA_NOT_AVAILABLE = error(9, 'REPLICA_NOT_AVAILABLE', 'retriable')
export const MESSAGE_TOO_LARGE = error(10, 'MESSAGE_TOO_LARGE', 'final')
export const STALE_CONTROLLER_EPOCH = error(11, 'STALE_CONTROLLER_EPOCH', 'final')
export const OFFSET_METADATA_TOO_LARGE = error(12, 'OFFSET_METADATA_TOO_LARGE', 'final')
export const NETWORK_EXCEPTION = error(13, 'NETWORK_EXCEPTION', 'retriable')
export const COORDINATOR_LOAD_IN_PROGRESS = error(14, 'COORDINATOR_LOAD_IN_PROGRESS', 'retriable')
export const COORDINATOR_NOT_AVAILABLE = error(15, 'COORDINATOR_NOT_AVAILABLE', 'retriable')
export const NOT_COORDINATOR = error(16, 'NOT_COORDINATOR', 'retriable')
export const INVALID_TOPIC_EXCEPTION = error(17, 'INVALID_TOPIC_EXCEPTION', 'final')
export const RECORD_LIST_TOO_LARGE = error(18, 'RECORD_LIST_TOO_LARGE', 'final')
export const NOT_ENOUGH_REPLICAS = error(19, 'NOT_ENOUGH_REPLICAS', 'retriable')
export const NOT_ENOUGH_REPLICAS_AFTER_APPEND = error(20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'retriable')
export const INVALID_REQUIRED_ACKS = error(21, 'INVALID_REQUIRED_ACKS', 'final')
export const ILLEGAL_GENERATION = error(22, 'ILLEGAL_GENERATION', 'final')
export const INCONSISTENT_GROUP_PROTOCOL = error(23, 'INCONSISTENT_GROUP_PROTOCOL', 'final')
export const INVALID_GROUP_ID = error(24, 'INVALID_GROUP_ID', 'final')
export const UNKNOWN_MEMBER_ID = error(25, 'UNKNOWN_MEMBER_ID', 'final')
export const INVALID_SESSION_TIMEOUT = error(26, 'INVALID_SESSION_TIMEOUT', 'final')
export const REBALANCE_IN_PROGRESS = error(27, 'REBALANCE_IN_PROGRESS', 'final')
export const INVALID_COMMIT_OFFSET_SIZE = error(28, 'INVALID_COMMIT_OFFSET_SIZE', 'final')
export const TOPIC_AUTHORIZATION_FAILED = error(29, 'TOPIC_AUTHORIZATION_FAILED', 'final')
export const GROUP_AUTHORIZATION_FAILED = error(30, 'GROUP_AUTHORIZATION_FAILED', 'final')
export const CLUSTER_AUTHORIZATION_FAILED = error(31, 'CLUSTER_AUTHORIZATION_FAILED', 'final')
export const INVALID_TIMESTAMP = error(32, 'INVALID_TIMESTAMP', 'final')
export const UNSUPPORTED_SASL_MECHANISM = error(33, 'UNSUPPORTED_SASL_MECHANISM', 'final')
export const ILLEGAL_SASL_STATE = error(34, 'ILLEGAL_SASL_STATE', 'final')
export const UNSUPPORTED_VERSION = error(35, 'UNSUPPORTED_VERSION', 'final')
export const TOPIC_ALREADY_EXISTS = error(36, 'TOPIC_ALREADY_EXISTS', 'final')
export const INVALID_PARTITIONS = error(37, 'INVALID_PARTITIONS', 'final')
export const INVALID_REPLICATION_FACTOR = error(38, 'INVALID_REPLICATION_FACTOR', 'final')
export const INVALID_REPLICA_ASSIGNMENT = error(39, 'INVALID_REPLICA_ASSIGNMENT', 'final')
export const INVALID_CONFIG = error(40, 'INVALID_CONFIG', 'final')
export const NOT_CONTROLLER = error(41, 'NOT_CONTROLLER', 'retriable')
export const INVALID_REQUEST = error(42, 'INVALID_REQUEST', 'final')
export const UNSUPPORTED_FOR_MESSAGE_FORMAT = error(43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'final')
export const POLICY_VIOLATION = error(44, 'POLICY_VIOLATION', 'final')
export const OUT_OF_ORDER_SEQUENCE_NUMBER = error(45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'final')
export const DUPLICATE_SEQUENCE_NUMBER = error(46, 'DUPLICATE_SEQUENCE_NUMBER', 'final')
export const INVALID_PRODUCER_EPOCH = error(47, 'INVALID_PRODUCER_EPOCH', 'final')
export const INVALID_TXN_STATE = error(48, 'INVALID_TXN_STATE', 'final')
export const INVALID_PRODUCER_ID_MAPPING = error(49, 'INVALID_PRODUCER_ID_MAPPING', 'final')
export const INVALID_TRANSACTION_TIMEOUT = error(50, 'INVALID_TRANSACTION_TIMEOUT', 'final')
export const CONCURRENT_TRANSACTIONS = error(51, 'CONCURRENT_TRANSACTIONS', 'retriable')
export const TRANSACTION_COORDINATOR_FENCED = error(52, 'TRANSACTION_COORDINATOR_FENCED', 'final')
export const TRANSACTIONAL_ID_AUTHORIZATION_FAILED = error(53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'final')
export const SECURITY_DISABLED = error(54, 'SECURITY_DISABLED', 'final')
export const OPERATION_NOT_ATTEMPTED = error(55, 'OPERATION_NOT_ATTEMPTED', 'final')
export const KAFKA_STORAGE_ERROR = error(56, 'KAFKA_STORAGE_ERROR', 'retriable')
export const LOG_DIR_NOT_FOUND = error(57, 'LOG_DIR_NOT_FOUND', 'final')
export const SASL_AUTHENTICATION_FAILED = error(58, 'SASL_AUTHENTICATION_FAILED', 'final')
export const UNKNOWN_PRODUCER_ID = error(59, 'UNKNOWN_PRODUCER_ID', 'final')
export const REASSIGNMENT_IN_PROGRESS = error(60, 'REASSIGNMENT_IN_PROGRESS', 'final')
export const DELEGATION_TOKEN_AUTH_DISABLED = error(61, 'DELEGATION_TOKEN_AUTH_DISABLED', 'final')
export const DELEGATION_TOKEN_NOT_FOUND = error(62, 'DELEGATION_TOKEN_NOT_FOUND', 'final')
export const DELEGATION_TOKEN_OWNER_MISMATCH = error(63, 'DELEGATION_TOKEN_OWNER_MISMATCH', 'final')
export const DELEGATION_TOKEN_REQUEST_NOT_ALLOWED = error(64, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', 'final')
export const DELEGATION_TOKEN_AUTHORIZATION_FAILED = error(65, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED', 'final')
export const DELEGATION_TOKEN_EXPIRED = error(66, 'DELEGATION_TOKEN_EXPIRED', 'final')
export const INVALID_PRINCIPAL_TYPE = error(67, 'INVALID_PRINCIPAL_TYPE', 'final')
export const NON_EMPTY_GROUP = error(68, 'NON_EMPTY_GROUP', 'final')
export const GROUP_ID_NOT_FOUND = error(69, 'GROUP_ID_NOT_FOUND', 'final')
export const FETCH_SESSION_ID_NOT_FOUND = error(70, 'FETCH_SESSION_ID_NOT_FOUND', 'retriable')
export const INVALID_FETCH_SESSION_EPOCH = error(71, 'INVALID_FETCH_SESSION_EPOCH', 'retriable')
export const LISTENER_NOT_FOUND = error(72, 'LISTENER_NOT_FOUND', 'retriable')
export const TOPIC_DELETION_DISABLED = error(73, 'TOPIC_DELETION_DISABLED', 'final')
export const FENCED_LEADER_EPOCH = error(74, 'FENCED_LEADER_EPOCH', 'retriable')
export const UNKNOWN_LEADER_EPOCH = error(75, 'UNKNOWN_LEADER_EPOCH', 'retriable')
export const UNSUPPORTED_COMPRESSION_TYPE = error(76, 'UNSUPPORTED_COMPRESSION_TYPE', 'final')
export const STALE_BROKER_EPOCH = error(77, 'STALE_BROKER_EPOCH', 'final')
export const OFFSET_NOT_AVAILABLE = error(78, 'OFFSET_NOT_AVAILABLE', 'retriable')
export const MEMBER_ID_REQUIRED = error(79, 'MEMBER_ID_REQUIRED', 'final')
export const PREFERRED_LEADER_NOT_AVAILABLE = error(80, 'PREFERRED_LEADER_NOT_AVAILABLE', 'retriable')
export const GROUP_MAX_SIZE_REACHED = error(81, 'GROUP_MAX_SIZE_REACHED', 'final')
export const FENCED_INSTANCE_ID = error(82, 'FENCED_INSTANCE_ID', 'final')
export const ELIGIBLE_LEADERS_NOT_AVAILABLE = error(83, 'ELIGIBLE_LEADERS_NOT_AVAILABLE', 'retriable')
export const ELECTION_NOT_NEEDED = error(84, 'ELECTION_NOT_NEEDED', 'retriable')
export const NO_REASSIGNMENT_IN_PROGRESS = error(85, 'NO_REASSIGNMENT_IN_PROGRESS', 'final')
export const GROUP_SUBSCRIBED_TO_TOPIC = error(86, 'GROUP_SUBSCRIBED_TO_TOPIC', 'final')
export const INVALID_RECORD = error(87, 'INVALID_RECORD', 'final')
export const UNSTABLE_OFFSET_COMMIT = error(88, 'UNSTABLE_OFFSET_COMMIT', 'retriable')
export const THROTTLING_QUOTA_EXCEEDED = error(89, 'THROTTLING_QUOTA_EXCEEDED', 'retriable')
export const PRODUCER_FENCED = error(90, 'PRODUCER_FENCED', 'final')
export const RESOURCE_NOT_FOUND = error(91, 'RESOURCE_NOT_FOUND', 'final')
export const DUPLICATE_RESOURCE = error(92, 'DUPLICATE_RESOURCE', 'final')
export const UNACCEPTABLE_CREDENTIAL = error(93, 'UNACCEPTABLE_CREDENTIAL', 'final')
export const INCONSISTENT_VOTER_SET = error(94, 'INCONSISTENT_VOTER_SET', 'final')
export const INVALID_UPDATE_VERSION = error(95, 'INVALID_UPDATE_VERSION', 'final')
export const FEATURE_UPDATE_FAILED = error(96, 'FEATURE_UPDATE_FAILED', 'final')
export const PRINCIPAL_DESERIALIZATION_FAILURE = error(97, 'PRINCIPAL_DESERIALIZATION_FAILURE', 'final')
export const SNAPSHOT_NOT_FOUND = error(98, 'SNAPSHOT_NOT_FOUND', 'final')
export const POSITION_OUT_OF_RANGE = error(99, 'POSITION_OUT_OF_RANGE', 'final')
export const UNKNOWN_TOPIC_ID = error(100, 'UNKNOWN_TOPIC_ID', 'retriable')
export const DUPLICATE_BROKER_REGISTRATION = error(101, 'DUPLICATE_BROKER_REGISTRATION', 'final')
export const BROKER_ID_NOT_REGISTERED = error(102, 'BROKER_ID_NOT_REGISTERED', 'final')
export const INCONSISTENT_TOPIC_ID = error(103, 'INCONSISTENT_TOPIC_ID', 'retriable')
export const INCONSISTENT_CLUSTER_ID = error(104, 'INCONSISTENT_CLUSTER_ID', 'final')
export const TRANSACTIONAL_ID_NOT_FOUND = error(105, 'TRANSACTIONAL_ID_NOT_FOUND', 'final')
export const FETCH_SESSION_TOPIC_ID_ERROR = error(106, 'FETCH_SESSION_TOPIC_ID_ERROR', 'retriable')
export const INELIGIBLE_REPLICA = error(107, 'INELIGIBLE_REPLICA', 'final')
export const NEW_LEADER_ELECTED = error(108, 'NEW_LEADER_ELECTED', 'final')
export const OFFSET_MOVED_TO_TIERED_STORAGE = error(109, 'OFFSET_MOVED_TO_TIERED_STORAGE', 'final')
export const FENCED_MEMBER_EPOCH = error(110, 'FENCED_MEMBER_EPOCH', 'final')
export const UNRELEASED_INSTANCE_ID = error(111, 'UNRELEASED_INSTANCE_ID', 'final')
export const UNSUPPORTED_ASSIGNOR = error(112, 'UNSUPPORTED_ASSIGNOR', 'final')
export const STALE_MEMBER_EPOCH = error(113, 'STALE_MEMBER_EPOCH', 'final')
export const MISMATCHED_ENDPOINT_TYPE = error(114, 'MISMATCHED_ENDPOINT_TYPE', 'final')
export const UNSUPPORTED_ENDPOINT_TYPE = error(115, 'UNSUPPORTED_ENDPOINT_TYPE', 'final')
export const UNKNOWN_CONTROLLER_ID = error(116, 'UNKNOWN_CONTROLLER_ID', 'final')
export const UNKNOWN_SUBSCRIPTION_ID = error(117, 'UNKNOWN_SUBSCRIPTION_ID', 'final')
export const TELEMETRY_TOO_LARGE = error(118, 'TELEMETRY_TOO_LARGE', 'final')
export const INVALID_REGISTRATION = error(119, 'INVALID_REGISTRATION', 'final')
export const TRANSACTION_ABORTABLE = error(120, 'TRANSACTION_ABORTABLE', 'final')
export const INVALID_RECORD_STATE = error(121, 'INVALID_RECORD_STATE', 'final')
export const SHARE_SESSION_NOT_FOUND = error(122, 'SHARE_SESSION_NOT_FOUND', 'retriable')
export const INVALID_SHARE_SESSION_EPOCH = error(123, 'INVALID_SHARE_SESSION_EPOCH', 'retriable')
export const FENCED_STATE_EPOCH = error(124, 'FENCED_STATE_EPOCH', 'final')
export const INVALID_VOTER_KEY = error(125, 'INVALID_VOTER_KEY', 'final')
export const DUPLICATE_VOTER = error(126, 'DUPLICATE_VOTER', 'final')
export const VOTER_NOT_FOUND = error(127, 'VOTER_NOT_FOUND', 'final')
export const INVALID_REGULAR_EXPRESSION = error(128, 'INVALID_REGULAR_EXPRESSION', 'final')
export const REBOOTSTRAP_REQUIRED = error(129, 'REBOOTSTRAP_REQUIRED', 'final')
export const STREAMS_INVALID_TOPOLOGY = error(130, 'STREAMS_INVALID_TOPOLOGY', 'final')
export const STREAMS_INVALID_TOPOLOGY_EPOCH = error(131, 'STREAMS_INVALID_TOPOLOGY_EPOCH', 'final')
export const STREAMS_TOPOLOGY_FENCED = error(132, 'STREAMS_TOPOLOGY_FENCED', 'final')
export const SHARE_SESSION_LIMIT_REACHED = error(133, 'SHARE_SESSION_LIMIT_REACHED', 'retriable')
export const GROUP_DELETION_FAILED = error(134, 'GROUP_DELETION_FAILED', 'final')
export const STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED = error(
  135,
  'STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED',
  'final',
)
export const CONTROLLER_ID_NOT_REGISTERED = error(136, 'CONTROLLER_ID_NOT_REGISTERED', 'final')
