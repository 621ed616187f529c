/**
 * The short story that every client tells, step by step. A client's program is given the broker's address and a name
 * that begins all names of its own; of each step it prints one line, `step: what it saw`.
 *
 * - `<name>-t` is a topic of four partitions with retention.ms=60000, which the group reads; its last step deletes it.
 * - `<name>-<codec>` gets 100 records in one batch, each `record N of many that compress well` under the key `key N`.
 * - The group `<name>-g` has a member that owns four partitions; a second joins, 60 records are written, the second
 *   leaves; and when both are gone, a record `later` is written and a third reads on.
 * - `<name>-tx` gets `a` and `c` by transactions that are committed, and between them `b` by one that is aborted.
 */
import { compressionTypes } from '../../../src/protocol/compression.ts'

export interface Step {
  readonly name: string
  /** As the heading of a column. */
  readonly title: string
  /** What the program prints after the name. */
  readonly seen: string
}

export const steps: readonly Step[] = [
  { name: 'create', title: 'creates a topic', seen: '4 partitions' },
  { name: 'create again', title: 'is refused a second of that name', seen: 'refused' },
  { name: 'configs', title: 'reads a config and changes it', seen: '60000, then 120000' },
  ...compressionTypes.map((codec) => ({
    name: codec,
    title: codec === 'none' ? 'uncompressed' : codec,
    seen: '100 records',
  })),
  { name: 'group', title: 'shares partitions in a group', seen: '4, then 2 and 2, then 4' },
  { name: 'group records', title: 'reads every record of them', seen: '60 records' },
  { name: 'goes on', title: 'goes on where the group stopped', seen: 'later' },
  { name: 'read committed', title: 'reads what transactions committed', seen: 'a c' },
  { name: 'read uncommitted', title: 'and what they aborted', seen: 'a b c' },
  { name: 'delete', title: 'deletes a topic', seen: 'gone' },
]

/** Of a share group (KIP-932), for who can be in one. */
export const shareSteps: readonly Step[] = [
  { name: 'share group', title: 'hands each record to one of two members', seen: '60 records, each once' },
  { name: 'release', title: 'hands out again what was released', seen: 'delivery 1, then 2' },
  { name: 'reject', title: 'and not what was rejected', seen: 'later' },
  { name: 'leave', title: 'gives another what a member leaves behind', seen: 'left behind' },
]

export const recordCount = 100
export const groupRecordCount = 60

/** What Kafka's own tools do, each a step. */
export const toolSteps: readonly Step[] = [
  { name: 'kafka-topics', title: '`kafka-topics` creates, describes and grows', seen: '3 partitions, then 5' },
  { name: 'kafka-configs', title: '`kafka-configs` sets and tells', seen: 'retention.ms=60000' },
  {
    name: 'kafka-acls',
    title: '`kafka-acls` adds, lists and removes',
    seen: 'principal=User:alice, host=*, operation=READ, then none',
  },
  {
    name: 'kafka-reassign-partitions',
    title: '`kafka-reassign-partitions` executes and verifies',
    seen: 'is completed',
  },
  {
    name: 'kafka-console-producer and -consumer',
    title: '`kafka-console-producer` and `kafka-console-consumer`',
    seen: 'one three two',
  },
  { name: 'kafka-get-offsets', title: '`kafka-get-offsets`', seen: '3 records' },
  { name: 'kafka-verifiable-producer', title: '`kafka-verifiable-producer`', seen: '100 acknowledged' },
  {
    name: 'kafka-verifiable-consumer',
    title: '`kafka-verifiable-consumer`, in a group',
    seen: '100 read, committed',
  },
  { name: 'kafka-consumer-groups', title: '`kafka-consumer-groups` describes and resets', seen: 'lag 0, then 100' },
  {
    name: 'kafka-producer-perf-test',
    title: '`kafka-producer-perf-test`, in transactions',
    seen: '1000 records sent',
  },
  { name: 'kafka-transactions', title: '`kafka-transactions` lists and describes', seen: 'listed, CompleteCommit' },
]

export const countingSteps: readonly Step[] = [
  {
    name: 'word count',
    title: 'Word count for a minute, exactly once, its state restored at half time',
    seen: '600 lines',
  },
]

/** With `group.protocol=streams`, where the broker assigns tasks. */
export const sharedCountingSteps: readonly Step[] = [
  {
    name: 'word count',
    title: 'Word count for a minute, exactly once, by two of which one is killed at half time',
    seen: '600 lines',
  },
]

export const copyingSteps: readonly Step[] = [
  { name: 'file source and sink', title: 'A file source and a file sink for a minute', seen: '600 lines' },
]
