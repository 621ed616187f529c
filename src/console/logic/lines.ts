/** Newline-delimited JSON: as it comes in pieces over a stream, and as people paste it. */

/** Cuts a stream of text into lines; what follows the last newline waits for more. */
export class Lines {
  #rest = ''

  push(chunk: string): readonly string[] {
    const lines = `${this.#rest}${chunk}`.split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '')
  }
}

export type Pasted =
  | { readonly records: readonly unknown[] }
  /** What is wrong, with the number of its line. */
  | { readonly mistake: string }

/** One JSON object a line, or one list of them. */
export function readPasted(text: string): Pasted {
  if (text.trim() === '')
    return { mistake: 'nothing is here yet; write one record a line: { "key": "a", "value": "b" }' }
  if (text.trim().startsWith('[')) return readList(text)
  const records: unknown[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const record = parsed(line)
    if (record instanceof Error) return { mistake: `line ${at + 1} is not JSON: ${record.message}` }
    if (!isObject(record)) return { mistake: `line ${at + 1} is no record; write { "value": … }` }
    records.push(record)
  }
  return { records }
}

function readList(text: string): Pasted {
  const list = parsed(text)
  if (list instanceof Error) return { mistake: `the list is not JSON: ${list.message}` }
  const wrong = (list as unknown[]).findIndex((record) => !isObject(record))
  return wrong === -1
    ? { records: list as unknown[] }
    : { mistake: `item ${wrong + 1} of the list is no record; write { "value": … }` }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    return error
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
