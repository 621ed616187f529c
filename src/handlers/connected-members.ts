/**
 * Which member of a group speaks over which connection, so that one whose connection closes can be taken out at
 * once (group_evict_on_disconnect): in Kafka its group waits until its session times out.
 *
 * Static members stay: to be away for a while is what they are for (KIP-345).
 */
import type { Groups } from '../coordinator/groups.ts'

export class ConnectedMembers {
  readonly #groups: Pick<Groups, 'evict'>
  /** By connection: its member of each group. */
  readonly #members = new WeakMap<object, Map<string, string>>()
  readonly #closed = new WeakSet<object>()

  constructor(groups: Pick<Groups, 'evict'>) {
    this.#groups = groups
  }

  /** To be called when a member asks to join under an id, and when it is told one. */
  speaks(connection: object, groupId: string, memberId: string): void {
    if (memberId === '') return
    // Its join was answered when nobody was there any more to hear it.
    if (this.#closed.has(connection)) this.#evict(groupId, memberId)
    const members = this.#members.get(connection)
    if (members === undefined) this.#members.set(connection, new Map([[groupId, memberId]]))
    else members.set(groupId, memberId)
  }

  closed(connection: object): void {
    this.#closed.add(connection)
    for (const [groupId, memberId] of this.#members.get(connection) ?? []) this.#evict(groupId, memberId)
  }

  #evict(groupId: string, memberId: string): void {
    this.#groups.evict(groupId, memberId)
  }
}
