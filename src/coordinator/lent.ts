/** What the group coordinator is lent of the topics there are: it must not know those who keep them. */

/** As much of a topic as bears on who reads it. */
export interface TopicShape {
  readonly id: string
  readonly name: string
  readonly partitionCount: number
  /** The racks of the brokers that hold its partitions, in any form that changes when they do. */
  readonly racks: string
}

export interface LentTopics {
  /** Grows with each topic that comes or goes, or changes its partitions. */
  readonly version: number
  get(name: string): TopicShape | undefined
  byId(id: string): TopicShape | undefined
  names(): Iterable<string>
}

export const noTopics: LentTopics = { version: 0, get: () => undefined, byId: () => undefined, names: () => [] }
