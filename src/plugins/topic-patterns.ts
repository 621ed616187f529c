/** Names of topics in which `*` stands for any characters, or none. */
export class TopicPatterns {
  readonly #pattern: RegExp
  /** A broker has few topics, and each is asked for again and again. */
  readonly #known = new Map<string, boolean>()

  constructor(patterns: readonly string[]) {
    const alternatives = patterns.map((pattern) => pattern.split('*').map(literal).join('.*'))
    this.#pattern = new RegExp(`^(${alternatives.join('|')})$`)
  }

  match(topic: string): boolean {
    const known = this.#known.get(topic)
    if (known !== undefined) return known
    const matches = this.#pattern.test(topic)
    if (this.#known.size >= knownMax) this.#known.clear()
    this.#known.set(topic, matches)
    return matches
  }
}

const knownMax = 10_000

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
