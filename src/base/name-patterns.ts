/**
 * Names of several things, as settings write them: `*` stands for any characters, or none; between
 * slashes stands a regular expression, which need not match the whole name.
 */
export class NamePatterns {
  readonly #expressions: readonly RegExp[]
  /** There are few names, and each is asked for again and again. */
  readonly #known = new Map<string, boolean>()

  /** Throws a SyntaxError that says what is wrong with a pattern. */
  constructor(patterns: readonly string[]) {
    this.#expressions = patterns.map(expressionOf)
  }

  match(name: string): boolean {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const matches = this.#expressions.some((expression) => expression.test(name))
    if (this.#known.size >= knownMax) this.#known.clear()
    this.#known.set(name, matches)
    return matches
  }
}

const knownMax = 10_000

/** `/orders-\d+/` or, in any case of letters, `/orders-\d+/i`. */
const expressionForm = /^\/(.+)\/(i?)$/s

function expressionOf(pattern: string): RegExp {
  const written = expressionForm.exec(pattern)
  if (written !== null) return new RegExp(written[1]!, `u${written[2]}`)
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's')
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
