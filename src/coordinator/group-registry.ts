/** All groups of the cluster by id, of whatever type: a name is taken once. */
import type { Logger } from '../base/logger.ts'
import { GROUP_ID_NOT_FOUND, type KafkaError, POLICY_VIOLATION } from '../protocol/errors.ts'
import type { AnyGroup } from './any-group.ts'

export interface GroupRegistryOptions {
  readonly settings: { readonly groupsMax: number }
  readonly logger: Logger
}

/** A group's class: it says of which type its groups are. */
// biome-ignore lint/suspicious/noExplicitAny: how groups are made is each class's own affair.
type GroupClass<G extends AnyGroup> = new (...parts: any[]) => G

export class GroupRegistry {
  readonly #options: GroupRegistryOptions
  readonly #groups = new Map<string, AnyGroup>()
  /** Who was in a group when all were cleared. */
  #bereft: ReadonlySet<string> = new Set()

  constructor(options: GroupRegistryOptions) {
    this.#options = options
  }

  get(groupId: string): AnyGroup | undefined {
    return this.#groups.get(groupId)
  }

  /** The group, where it is of this class. */
  as<G extends AnyGroup>(kind: GroupClass<G>, groupId: string): G | undefined {
    const group = this.#groups.get(groupId)
    return group instanceof kind ? group : undefined
  }

  /** The group of this class, or the error that names its type: GROUP_ID_NOT_FOUND. */
  find<G extends AnyGroup>(kind: GroupClass<G>, type: AnyGroup['type'], groupId: string): G | KafkaError {
    const group = this.#groups.get(groupId)
    if (group === undefined) return GROUP_ID_NOT_FOUND.because(`Group ${groupId} not found.`)
    return group instanceof kind ? group : GROUP_ID_NOT_FOUND.because(`Group ${groupId} is not a ${type} group.`)
  }

  /** In the order of their creation. */
  all(): IterableIterator<AnyGroup> {
    return this.#groups.values()
  }

  /** Adds a group of a new name; POLICY_VIOLATION: there are as many as settings allow. */
  add<G extends AnyGroup>(group: G): G | KafkaError {
    const refusal = this.refusal(group.id)
    if (refusal !== null) return refusal
    this.#groups.set(group.id, group)
    return group
  }

  /** Why there can be no group of a new name, or null. */
  refusal(groupId: string): KafkaError | null {
    const { settings, logger } = this.#options
    if (this.#groups.size < settings.groupsMax) return null
    logger.warn(`group ${groupId} refused: there are ${settings.groupsMax} groups, the most that settings allow`)
    return POLICY_VIOLATION
  }

  /** Puts a group in the place of the one that had its name, which is closed. */
  put(group: AnyGroup): void {
    const before = this.#groups.get(group.id)
    if (before !== group) before?.close()
    this.#groups.set(group.id, group)
  }

  remove(groupId: string): void {
    this.#groups.get(groupId)?.close()
    this.#groups.delete(groupId)
  }

  /**
   * Whether the group went with all others while this was a member of it; Kafka has no such day. Told that there is no
   * group, it would fail; told that it is not in it, it joins again.
   */
  hasLost(groupId: string, memberId: string): boolean {
    if (!this.#bereft.has(memberId)) return false
    const members = this.#groups.get(groupId)?.shownMembers() ?? []
    return members.every(({ id }) => id !== memberId)
  }

  clear(): void {
    this.#bereft = new Set([...this.all()].flatMap((group) => group.shownMembers().map(({ id }) => id)))
    this.close()
    this.#groups.clear()
  }

  /** Answers everyone who waits. */
  close(): void {
    for (const group of this.#groups.values()) group.close()
  }
}
