/**
 * `wasi:io`: streams, pollables and errors. All that has streams shares these classes, since jco's bindings look at the
 * class of what they are handed. What a stream reads or writes is a source or a sink of whoever makes it.
 */
import { bytes as checked } from '../../guest/bound-values.ts'
import type { Imports } from '../capability-environment.ts'

/** Where an input stream reads. What it throws as an IoError fails the operation, not the plugin. */
export interface Source {
  /** At most so many bytes, at least one; null at its end. */
  read(bytesMax: number): Uint8Array | null
}

/** Where an output stream writes, likewise. */
export interface Sink {
  write(bytes: Uint8Array): void
  flush?(): void
}

/** `error` of `wasi:io/error`. */
export class IoError {
  readonly #message: string
  /** What another interface has to say about it, as `http-error-code` does. */
  readonly detail: unknown

  constructor(message: string, detail: unknown = null) {
    this.#message = message
    this.detail = detail
  }

  toDebugString(): string {
    return this.#message
  }
}

/** Of one read or write: larger ones are done in part, as streams may. */
const bytesAtOnceMax = 65_536

export class Pollable {
  readonly #isReady: () => boolean
  readonly #wait: (() => void) | null

  /** Ready at once, unless told otherwise. `wait` sleeps until it is ready, or a while. */
  constructor(isReady: () => boolean = () => true, wait: (() => void) | null = null) {
    this.#isReady = isReady
    this.#wait = wait
  }

  ready(): boolean {
    return this.#isReady()
  }

  /** Holds up the thread, which the time limit of the call ends. */
  block(): void {
    while (!this.#isReady()) (this.#wait ?? nap)()
  }
}

function poll(pollables: readonly Pollable[]): Uint32Array {
  if (pollables.length === 0) throw new RangeError('it polled nothing')
  const [only] = pollables
  if (pollables.length === 1) only!.block()
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => (pollable.ready() ? [index] : []))
    if (ready.length > 0) return new Uint32Array(ready)
    nap()
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4))

/** Of the thread. */
export function sleep(ms: number): void {
  if (ms > 0) Atomics.wait(nothing, 0, 0, ms)
}

function nap(): void {
  sleep(1)
}

export class InputStream {
  readonly #source: Source

  constructor(source: Source = { read: () => null }) {
    this.#source = source
  }

  read(length: bigint): Uint8Array {
    if (length === 0n) return new Uint8Array()
    const bytesMax = length > bytesAtOnceMax ? bytesAtOnceMax : Number(length)
    const bytes = attempt(() => this.#source.read(bytesMax))
    if (bytes === null) throw { tag: 'closed' }
    return bytes
  }

  blockingRead(length: bigint): Uint8Array {
    return this.read(length)
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length)
  }

  blockingSkip(length: bigint): bigint {
    return this.skip(length)
  }

  subscribe(): Pollable {
    return new Pollable()
  }
}

export class OutputStream {
  readonly #sink: Sink

  constructor(sink: Sink) {
    this.#sink = sink
  }

  checkWrite(): bigint {
    return BigInt(bytesAtOnceMax)
  }

  write(bytes: Uint8Array): void {
    attempt(() => this.#sink.write(checked(bytes, 'output')))
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.write(bytes)
    this.flush()
  }

  flush(): void {
    attempt(() => this.#sink.flush?.())
  }

  blockingFlush(): void {
    this.flush()
  }

  writeZeroes(length: bigint): void {
    if (length > bytesAtOnceMax) throw new RangeError(`it wrote ${length} zeroes at once`)
    this.write(new Uint8Array(Number(length)))
  }

  blockingWriteZeroesAndFlush(length: bigint): void {
    this.writeZeroes(length)
    this.flush()
  }

  splice(from: InputStream, length: bigint): bigint {
    const bytes = from.read(length)
    this.write(bytes)
    return BigInt(bytes.length)
  }

  blockingSplice(from: InputStream, length: bigint): bigint {
    return this.splice(from, length)
  }

  subscribe(): Pollable {
    return new Pollable()
  }
}

function attempt<Value>(run: () => Value): Value {
  try {
    return run()
  } catch (error) {
    if (error instanceof IoError) throw { tag: 'last-operation-failed', val: error }
    throw error
  }
}

export function io(): Imports {
  return {
    'wasi:io/error': { Error: IoError },
    'wasi:io/poll': { Pollable, poll },
    'wasi:io/streams': { InputStream, OutputStream },
  }
}
