/** CSV as RFC 4180 has it: commas, quotes around what holds any of them, a quote written twice. */

export interface Row {
  /** Where it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Rows as their bytes come; empty lines are no rows. A quote that is not closed ends with the text. */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  const decoder = new TextDecoder()
  const parser = new RowParser()
  for await (const chunk of chunks) yield* parser.push(decoder.decode(chunk, { stream: true }))
  yield* parser.push(decoder.decode())
  yield* parser.end()
}

class RowParser {
  #cells: string[] = []
  #cell = ''
  #isQuoted = false
  /** A quote was read within quotes: the end of them, or the first of two. */
  #isAfterQuote = false
  #line = 1
  #rowLine = 1;

  *push(text: string): Generator<Row> {
    for (const character of text) {
      if (character === '\n') this.#line++
      if (this.#isQuoted && !this.#isAfterQuote) {
        if (character === '"') this.#isAfterQuote = true
        else this.#cell += character
      } else if (character === '"') {
        if (this.#isAfterQuote) this.#cell += character
        this.#isQuoted = this.#isAfterQuote || this.#cell === ''
        if (!this.#isQuoted) this.#cell += character
        this.#isAfterQuote = false
      } else {
        this.#isQuoted = false
        this.#isAfterQuote = false
        if (character === ',') this.#endCell()
        else if (character === '\n') yield* this.end()
        else this.#cell += character
      }
    }
  }

  *end(): Generator<Row> {
    if (this.#cell.endsWith('\r')) this.#cell = this.#cell.slice(0, -1)
    const isEmpty = this.#cells.length === 0 && this.#cell === ''
    if (!isEmpty) {
      this.#endCell()
      yield { line: this.#rowLine, cells: this.#cells }
      this.#cells = []
    }
    this.#rowLine = this.#line
  }

  #endCell(): void {
    this.#cells.push(this.#cell)
    this.#cell = ''
  }
}
