/**
 * Which stored records are the doing of plugins, so that none is handed by a subscription what it called forth itself,
 * however many plugins there were in between. Records do not say it, so it is kept beside the log, in spans of offsets:
 * as long as the records, and no more than there are changes of hand among them.
 */

interface Span {
  readonly start: number
  end: number
  readonly by: readonly string[]
}

/** What of a partition matters here. */
interface Stored {
  /** Records before it are gone. */
  readonly logStartOffset: number
}

const nobody: readonly string[] = []

export class Authors {
  /** Ascending, without overlaps. */
  readonly #spans = new WeakMap<Stored, Span[]>()

  /** To be called as soon as records are stored, before anybody reads them. `by` are the plugins, in any order. */
  note(partition: Stored, start: number, end: number, by: readonly string[]): void {
    if (by.length === 0) return
    const spans = this.#spans.get(partition) ?? []
    this.#spans.set(partition, spans)
    const last = spans.at(-1)
    if (last !== undefined && last.end === start && isSame(last.by, by)) last.end = end
    else spans.push({ start, end, by })
    const kept = spans.findIndex((span) => span.end > partition.logStartOffset)
    if (kept > 0) spans.splice(0, kept)
  }

  of(partition: Stored, offset: number): readonly string[] {
    const spans = this.#spans.get(partition) ?? []
    let [from, to] = [0, spans.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (spans[middle]!.end <= offset) from = middle + 1
      else to = middle
    }
    const found = spans[from]
    return found !== undefined && found.start <= offset ? found.by : nobody
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at])
}
