/**
 * Answers about partitions, gathered by topic in Kafka's order: those that are refused at once stand before those
 * that the coordinator was asked about.
 *
 * A topic that the request names twice is answered twice, unless anything was refused: then Kafka merges by topic.
 */
export interface TopicName {
  readonly name: string
  readonly topicId: string
}

export interface TopicAnswer<P> extends TopicName {
  readonly partitions: P[]
}

export class TopicAnswers<P> {
  readonly #byKey = new Map<unknown, TopicAnswer<P>>()
  #hasRefused = false

  /** Before any answer. */
  refuse(topic: TopicName, partitions: readonly P[]): void {
    this.#hasRefused = true
    this.#add(keyOf(topic), topic, partitions)
  }

  /** `entry`: the very object for each of an entry's partitions. */
  answer(entry: TopicName, partition: P): void {
    this.#add(this.#hasRefused ? keyOf(entry) : entry, entry, [partition])
  }

  list(): TopicAnswer<P>[] {
    return [...this.#byKey.values()]
  }

  #add(key: unknown, { name, topicId }: TopicName, partitions: readonly P[]): void {
    const known = this.#byKey.get(key)
    if (known === undefined) this.#byKey.set(key, { name, topicId, partitions: [...partitions] })
    else known.partitions.push(...partitions)
  }
}

function keyOf({ name, topicId }: TopicName): string {
  return `${name}/${topicId}`
}
