/** The lines of a body, as it comes. A line that is too long is passed over, and said to be so. */

export interface Line {
  /** From 1. */
  readonly number: number
  /** Null: longer than a line may be. */
  readonly text: string | null
}

const newline = 0x0a

/** Line after line of each chunk: whoever reads them may answer what he has before he waits for more. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<readonly Line[]> {
  const begun: Uint8Array[] = []
  let begunBytes = 0
  let number = 0
  const end = (): Line => {
    const text = begunBytes > bytesMax ? null : Buffer.concat(begun).toString()
    begun.length = 0
    begunBytes = 0
    return { number: ++number, text }
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (let at = chunk.indexOf(newline); ; at = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, at === -1 ? chunk.length : at)
      begunBytes += piece.length
      if (begunBytes <= bytesMax) begun.push(piece)
      if (at === -1) break
      lines.push(end())
      start = at + 1
    }
    if (lines.length > 0) yield lines
  }
  if (begunBytes > 0) yield [end()]
}
