/**
 * The limits that groups and transactions live in, with the names of the Kafka configs they stand for. Read anew at
 * each use.
 */
export interface GroupSettings {
  /** enable_consumer_groups. False: group requests are answered as by a broker whose coordinator does not run. */
  readonly isEnabled: boolean
  /** group.min.session.timeout.ms */
  readonly sessionTimeoutMinMs: number
  /** group.max.session.timeout.ms */
  readonly sessionTimeoutMaxMs: number
  /** group.initial.rebalance.delay.ms */
  readonly initialRebalanceDelayMs: number
  /** group.max.size */
  readonly membersPerGroupMax: number
  /** No config of Kafka's, which has no such bound: beyond it no group is made. */
  readonly groupsMax: number
  /** offset.metadata.max.bytes; Kafka counts characters, whatever the name says. */
  readonly offsetMetadataMax: number
  /** offsets.retention.minutes */
  readonly offsetsRetentionMs: number
  /** offsets.retention.check.interval.ms; read once. */
  readonly offsetsRetentionCheckMs: number
}

/** Kafka's defaults, but for the initial delay: who works alone on a machine waits for nobody. */
export const groupDefaults: GroupSettings = {
  isEnabled: true,
  sessionTimeoutMinMs: 6_000,
  sessionTimeoutMaxMs: 1_800_000,
  initialRebalanceDelayMs: 0,
  membersPerGroupMax: 2_147_483_647,
  groupsMax: 100_000,
  offsetMetadataMax: 4096,
  offsetsRetentionMs: 7 * 24 * 3_600_000,
  offsetsRetentionCheckMs: 600_000,
}

/** The limits that transactions live in, with the names of the Kafka configs they stand for. */
export interface TransactionSettings {
  /** transaction.max.timeout.ms */
  readonly timeoutMaxMs: number
  /** transaction.abort.timed.out.transaction.cleanup.interval.ms; read once. */
  readonly timeoutCheckMs: number
  /** transactional.id.expiration.ms */
  readonly transactionalIdExpirationMs: number
  /** transaction.remove.expired.transaction.cleanup.interval.ms; read once. */
  readonly expirationCheckMs: number
  /** No config of Kafka's, which has no such bound. */
  readonly transactionalIdsMax: number
}

export const transactionDefaults: TransactionSettings = {
  timeoutMaxMs: 900_000,
  timeoutCheckMs: 10_000,
  transactionalIdExpirationMs: 7 * 24 * 3_600_000,
  expirationCheckMs: 3_600_000,
  transactionalIdsMax: 100_000,
}
