/**
 * The share partitions that are read now. Each is made from what is stored of it when a member first asks for records,
 * and forgotten when the last of its group's members is gone, when the partition gets another leader, or when somebody
 * has written to what is stored since.
 */
import type { Clock } from '../base/clock.ts'
import {
  FENCED_LEADER_EPOCH,
  FENCED_STATE_EPOCH,
  GROUP_ID_NOT_FOUND,
  KafkaError,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { type GivenUp, SharePartition, type ShareLimits } from './share-partition.ts'
import type { ShareKey, ShareStates } from './share-states.ts'

export interface SharePartitionsOptions {
  readonly clock: Clock
  readonly states: ShareStates
  /** Of a group, as they are now. */
  readonly limits: (groupId: string) => ShareLimits
  readonly giveUp: (key: ShareKey, records: readonly GivenUp[]) => void
}

interface Opened {
  readonly key: ShareKey
  readonly leaderEpoch: number
  readonly sharePartition: SharePartition
}

/** What is stored was written by another, or is gone: then this share partition has nothing to say any more. */
const fencing = [NOT_LEADER_OR_FOLLOWER, FENCED_STATE_EPOCH, GROUP_ID_NOT_FOUND, UNKNOWN_TOPIC_OR_PARTITION]

export class SharePartitions {
  readonly #options: SharePartitionsOptions
  readonly #opened = new Map<string, Opened>()

  constructor(options: SharePartitionsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#opened.size
  }

  /** `leaderEpoch`: of whoever asks; under another one it is a share partition of another leader. */
  get(key: ShareKey, leaderEpoch?: number): SharePartition | undefined {
    const opened = this.#opened.get(nameOf(key))
    return opened?.leaderEpoch === (leaderEpoch ?? opened?.leaderEpoch) ? opened?.sharePartition : undefined
  }

  /** `begin`: where the group's reset strategy has it begin. */
  open(key: ShareKey, leaderEpoch: number, begin: () => number): SharePartition | KafkaError {
    const known = this.#opened.get(nameOf(key))
    if (known?.leaderEpoch === leaderEpoch) return known.sharePartition
    this.forget(key)
    const { clock, states, limits, giveUp } = this.#options
    const stored = states.read(key, leaderEpoch)
    if (stored instanceof KafkaError) return told(stored)
    const { stateEpoch, batches } = stored
    const sharePartition = new SharePartition({
      clock,
      limits: () => limits(key.groupId),
      startOffset: stored.startOffset === -1 ? begin() : stored.startOffset,
      stored: batches,
      store: (progress) => {
        const error = states.write(key, { ...progress, stateEpoch, leaderEpoch })
        return error === null ? null : this.#refused(key, told(error))
      },
      giveUp: (records) => giveUp(key, records),
    })
    this.#opened.set(nameOf(key), { key, leaderEpoch, sharePartition })
    return sharePartition
  }

  forget(key: ShareKey): void {
    const opened = this.#opened.get(nameOf(key))
    this.#opened.delete(nameOf(key))
    opened?.sharePartition.close()
  }

  forgetGroup(groupId: string): void {
    this.#forgetThose((key) => key.groupId === groupId)
  }

  forgetTopic(topicId: string): void {
    this.#forgetThose((key) => key.topicId === topicId)
  }

  clear(): void {
    this.#forgetThose(() => true)
  }

  #forgetThose(isMeant: (key: ShareKey) => boolean): void {
    for (const { key } of [...this.#opened.values()]) if (isMeant(key)) this.forget(key)
  }

  #refused(key: ShareKey, error: KafkaError): KafkaError {
    if (fencing.some((each) => error.is(each))) this.forget(key)
    return error
  }
}

/** Members are told that they are to look for the leader, or that something is wrong that they cannot mend. */
function told(error: KafkaError): KafkaError {
  if (error.is(FENCED_LEADER_EPOCH) || error.is(FENCED_STATE_EPOCH)) return NOT_LEADER_OR_FOLLOWER
  return UNKNOWN_SERVER_ERROR.because(error.message ?? error.name)
}

function nameOf({ groupId, topicId, partition }: ShareKey): string {
  return `${topicId}/${partition}/${groupId}`
}
