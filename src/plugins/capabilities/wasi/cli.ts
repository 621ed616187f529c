/**
 * `wasi:cli`: standard output and error as log lines, and the plugin's config as its environment. Nothing of the
 * machine's: no variables, no arguments, no input; `exit` ends the instance, not the process.
 */
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'
import { PluginExit } from '../../guest/instance.ts'
import { flattened } from './config.ts'
import { InputStream, OutputStream, type Sink } from './io.ts'

/** Where what a plugin prints goes, line by line. */
export interface Output {
  readonly stdout: (line: string) => void
  readonly stderr: (line: string) => void
}

export function cli({ config }: Pick<CapabilityEnvironment, 'config'>, { stdout, stderr }: Output): Imports {
  const out = new OutputStream(new Lines(stdout))
  const error = new OutputStream(new Lines(stderr))
  const variables = environmentOf(config)
  return {
    'wasi:cli/environment': {
      getEnvironment: () => variables,
      getArguments: () => [],
      initialCwd: () => undefined,
    },
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

/** As Redpanda bounds it. A program's start copies the whole environment, so it stays small. */
const variablesMax = 128
const nameBytesMax = 128
const valuesBytesMax = 2000

/**
 * The value at `a: { b: 1 }` is that of `BLINK_CONFIG_A_B`; what a name may not contain becomes `_`. What is beyond the
 * bounds is left out, as is a value with control characters; `wasi:config/store` and `init` have it all.
 */
export function environmentOf(config: unknown): readonly (readonly [name: string, value: string])[] {
  const variables: (readonly [string, string])[] = []
  const names = new Set<string>()
  let bytes = 0
  for (const [key, value] of flattened(config)) {
    const name = `BLINK_CONFIG_${key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`
    const valueBytes = Buffer.byteLength(value)
    const isFit = name.length < nameBytesMax && !hasControlCharacter(value) && !names.has(name)
    if (!isFit || variables.length === variablesMax || bytes + valueBytes > valuesBytesMax) continue
    names.add(name)
    variables.push([name, value])
    bytes += valueBytes
  }
  return variables
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

/** Longer ones are broken here, so that output without line ends does not pile up. */
const lineCharactersMax = 1024

/** Bytes as they come → lines of text. */
class Lines implements Sink {
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
