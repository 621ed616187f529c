/** The offsets of all groups, and which of them hang on a producer's transaction. Changed by records only. */
import { type CommitTerms, type OffsetCommit, Offsets, type TopicPartition } from './offsets.ts'
import type { Decision, OffsetDeleted, OffsetRecord, OffsetsSettled } from './records.ts'

export class StoredOffsets {
  /** None is empty. */
  readonly #byGroup = new Map<string, Offsets>()
  /** Which groups a producer has pending offsets in, some of which may be gone. */
  readonly #groupsOfProducer = new Map<number, Set<string>>()

  get(groupId: string): Offsets | undefined {
    return this.#byGroup.get(groupId)
  }

  commit(groupId: string, offset: OffsetCommit, terms: CommitTerms): Decision<OffsetRecord> {
    return (this.#byGroup.get(groupId) ?? new Offsets(groupId)).commit(offset, terms)
  }

  delete(groupId: string, partition: TopicPartition): Decision<OffsetRecord> {
    return (this.#byGroup.get(groupId) ?? new Offsets(groupId)).delete(partition)
  }

  deleteTopic(topic: string): readonly OffsetDeleted[] {
    return [...this.#byGroup.values()].flatMap((offsets) => offsets.deleteTopic(topic))
  }

  /** A producer's transaction has ended, as far as it reached groups that `isMeant` tells. */
  settle(producerId: number, isCommitted: boolean, isMeant: (groupId: string) => boolean): readonly OffsetsSettled[] {
    const groupIds = [...(this.#groupsOfProducer.get(producerId) ?? [])].filter(isMeant)
    return groupIds.map((groupId) => ({ type: 'offsets-settled', groupId, producerId, isCommitted }))
  }

  apply(record: OffsetRecord): void {
    const { groupId } = record
    this.#noteProducer(record)
    if (record.type === 'offsets-settled' && !this.#byGroup.has(groupId)) return
    const offsets = this.#byGroup.get(groupId) ?? new Offsets(groupId)
    offsets.apply(record)
    if (offsets.isEmpty) this.#byGroup.delete(groupId)
    else this.#byGroup.set(groupId, offsets)
  }

  forgetGroup(groupId: string): void {
    this.#byGroup.delete(groupId)
  }

  clear(): void {
    this.#byGroup.clear()
    this.#groupsOfProducer.clear()
  }

  #noteProducer(record: OffsetRecord): void {
    if (record.type !== 'offset-pending' && record.type !== 'offsets-settled') return
    const { producerId, groupId } = record
    const groupIds = this.#groupsOfProducer.get(producerId) ?? new Set()
    if (record.type === 'offset-pending') this.#groupsOfProducer.set(producerId, groupIds.add(groupId))
    else if (groupIds.delete(groupId) && groupIds.size === 0) this.#groupsOfProducer.delete(producerId)
  }
}
