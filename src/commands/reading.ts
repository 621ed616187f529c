/** What commands read their records from, files or standard input, and how much of it was read. */
import { createReadStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { RecordFileError } from '../record-files.ts'
import { Mistake, type Shell } from '../terminal/shell.ts'

const inputName = 'standard input'

export class Reading {
  readonly #shell: Shell
  readonly #interrupted: AbortSignal
  /** Null: there is something of which the size cannot be known. */
  readonly #totalBytes: number | null
  #readBytes = 0

  /** A file of null is standard input. */
  constructor(files: readonly (string | null)[], shell: Shell, interrupted: AbortSignal) {
    this.#shell = shell
    this.#interrupted = interrupted
    const sizes = files.map((file) => (file === null ? null : sizeOf(resolve(shell.folder, file))))
    this.#totalBytes = sizes.reduce<number | null>(
      (sum, size) => (sum === null || size === null ? null : sum + size),
      0,
    )
  }

  /** From 0 to 1; null where that cannot be known. */
  get share(): number | null {
    return this.#totalBytes === null || this.#totalBytes === 0 ? null : this.#readBytes / this.#totalBytes
  }

  /** Read as it is needed. Ctrl-C ends it, and what was read before is still sent. */
  async *open(file: string | null): AsyncGenerator<Buffer> {
    const { folder } = this.#shell
    const chunks = file === null ? this.#shell.input() : createReadStream(resolve(folder, file))
    for await (const chunk of untilAborted<Buffer>(guarded(chunks, file), this.#interrupted)) {
      this.#readBytes += chunk.length
      yield chunk
    }
  }
}

function sizeOf(path: string): number | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : null
}

async function* untilAborted<T>(all: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = all[Symbol.asyncIterator]()
  const aborted = new Promise<{ done: true; value: undefined }>((end) => {
    const over = () => end({ done: true, value: undefined })
    if (signal.aborted) over()
    else signal.addEventListener('abort', over)
  })
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted])
    if (next.done === true) return
    yield next.value
  }
}

/** What is wrong with a file is for who named it to mend. */
export async function* guarded<T>(all: AsyncIterable<T>, file: string | null): AsyncGenerator<T> {
  const name = file ?? inputName
  try {
    yield* all
  } catch (error) {
    if (error instanceof RecordFileError) throw new Mistake(error.message)
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Mistake(`${name}: there is no such file; name one that is there`, 2)
    if (code === 'EISDIR') throw new Mistake(`${name} is a folder; name files in it`, 2)
    if (code === 'EACCES') throw new Mistake(`${name} may not be read; allow it, or name another`, 2)
    throw error
  }
}
