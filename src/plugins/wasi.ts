/**
 * WASI 0.2 with nothing of the machine in it: clocks, random numbers, and standard output and error as log lines. No
 * environment, no arguments, no files, no input; `exit` ends the instance, not the process.
 *
 * The keys carry no version because jco's bindings ask without one: this serves every 0.2.x.
 */
import { randomFillSync } from 'node:crypto'
import type { Clock } from '../base/clock.ts'

/** Thrown through the plugin when it calls `exit`. */
export class PluginExit extends Error {
  override readonly name = 'PluginExit'
  constructor(code: number) {
    super(`it called exit(${code})`)
  }
}

export interface WasiOptions {
  readonly clock: Clock
  readonly stdout: (line: string) => void
  readonly stderr: (line: string) => void
}

type Interface = Readonly<Record<string, unknown>>

export function wasi(options: WasiOptions): Readonly<Record<string, Interface>> {
  return { ...cli(options), ...clocks(options.clock), ...random, ...filesystem, ...io }
}

function cli({ stdout, stderr }: WasiOptions): Record<string, Interface> {
  const out = new OutputStream(new Lines(stdout))
  const error = new OutputStream(new Lines(stderr))
  return {
    'wasi:cli/environment': { getEnvironment: () => [], getArguments: () => [], initialCwd: () => undefined },
    'wasi:cli/exit': { exit, exitWithCode },
    'wasi:cli/stdin': { getStdin: () => new InputStream() },
    'wasi:cli/stdout': { getStdout: () => out },
    'wasi:cli/stderr': { getStderr: () => error },
    'wasi:cli/terminal-input': { TerminalInput },
    'wasi:cli/terminal-output': { TerminalOutput },
    'wasi:cli/terminal-stdin': { getTerminalStdin: () => undefined },
    'wasi:cli/terminal-stdout': { getTerminalStdout: () => undefined },
    'wasi:cli/terminal-stderr': { getTerminalStderr: () => undefined },
  }
}

function exit(status: { readonly tag: 'ok' | 'err' }): never {
  throw new PluginExit(status.tag === 'ok' ? 0 : 1)
}

function exitWithCode(code: number): never {
  throw new PluginExit(code)
}

function clocks(clock: Clock): Record<string, Interface> {
  const now = () => process.hrtime.bigint()
  return {
    'wasi:clocks/monotonic-clock': {
      now,
      resolution: () => 1n,
      subscribeInstant: (at: bigint) => new Pollable(at),
      subscribeDuration: (duration: bigint) => new Pollable(now() + duration),
    },
    'wasi:clocks/wall-clock': {
      now: () => {
        const ms = clock.now()
        return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1e6 }
      },
      resolution: () => ({ seconds: 0n, nanoseconds: 1e6 }),
    },
  }
}

/** More at once is a mistake or an attack. */
const randomBytesMax = 1024 * 1024

function randomBytes(count: bigint): Uint8Array {
  if (count > randomBytesMax) throw new RangeError(`it asked for ${count} random bytes at once`)
  return randomFillSync(new Uint8Array(Number(count)))
}

function randomU64(): bigint {
  return randomFillSync(new BigUint64Array(1))[0]!
}

const random = {
  'wasi:random/random': { getRandomBytes: randomBytes, getRandomU64: randomU64 },
  'wasi:random/insecure': { getInsecureRandomBytes: randomBytes, getInsecureRandomU64: randomU64 },
  'wasi:random/insecure-seed': { insecureSeed: () => [randomU64(), randomU64()] },
}

class IoError {
  toDebugString(): string {
    return 'denied'
  }
}

/** Ready at an instant of the monotonic clock, or always. Blocks the thread, which the time limit of the call ends. */
class Pollable {
  readonly #at: bigint

  constructor(at = 0n) {
    this.#at = at
  }

  ready(): boolean {
    return process.hrtime.bigint() >= this.#at
  }

  block(): void {
    while (!this.ready()) sleep(Number(this.#at - process.hrtime.bigint()) / 1e6)
  }
}

function poll(pollables: readonly Pollable[]): Uint32Array {
  if (pollables.length === 0) throw new RangeError('it polled nothing')
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => (pollable.ready() ? [index] : []))
    if (ready.length > 0) return new Uint32Array(ready)
    sleep(1)
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4))

function sleep(ms: number): void {
  if (ms > 0) Atomics.wait(nothing, 0, 0, ms)
}

function closed(): never {
  throw { tag: 'closed' }
}

/** At its end from the start. */
class InputStream {
  read(): never {
    return closed()
  }
  blockingRead(): never {
    return closed()
  }
  skip(): never {
    return closed()
  }
  blockingSkip(): never {
    return closed()
  }
  subscribe(): Pollable {
    return new Pollable()
  }
}

const writeBytesMax = 65_536n

class OutputStream {
  readonly #lines: Lines

  constructor(lines: Lines) {
    this.#lines = lines
  }

  checkWrite(): bigint {
    return writeBytesMax
  }
  write(bytes: Uint8Array): void {
    this.#lines.write(bytes)
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.#lines.write(bytes)
  }
  flush(): void {}
  blockingFlush(): void {}
  writeZeroes(): void {}
  blockingWriteZeroesAndFlush(): void {}
  splice(): never {
    return closed()
  }
  blockingSplice(): never {
    return closed()
  }
  subscribe(): Pollable {
    return new Pollable()
  }
}

/** Longer ones are broken here, so that output without line ends does not pile up. */
const lineCharactersMax = 1024

/** Bytes as they come → lines of text. */
class Lines {
  readonly #emit: (line: string) => void
  readonly #decoder = new TextDecoder()
  #begun = ''

  constructor(emit: (line: string) => void) {
    this.#emit = emit
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#begun + this.#decoder.decode(bytes, { stream: true })).split('\n')
    this.#begun = lines.pop()!
    for (const line of lines) this.#emit(line)
    if (this.#begun.length <= lineCharactersMax) return
    this.#emit(this.#begun)
    this.#begun = ''
  }
}

// Resources of which there are none. jco's bindings look for the class all the same.
class TerminalInput {}
class TerminalOutput {}
class Descriptor {}
class DirectoryEntryStream {}

const filesystem = {
  'wasi:filesystem/preopens': { getDirectories: () => [] },
  'wasi:filesystem/types': { Descriptor, DirectoryEntryStream, filesystemErrorCode: () => undefined },
}

const io = {
  'wasi:io/error': { Error: IoError },
  'wasi:io/poll': { Pollable, poll },
  'wasi:io/streams': { InputStream, OutputStream },
}
