/** Commands in the process of the test, as they are typed, with what they wrote and how they ended. */
import { Command, CommanderError } from 'commander'
import { commands } from '../../src/commands/list.ts'
import { type Doing, exitCodeOf } from '../../src/commands/running.ts'
import type { Shell } from '../../src/terminal/shell.ts'
import type { Cleanup } from './suite.ts'
import { testShell, typed } from './workshop-shell.ts'

export interface Said {
  readonly code: number
  /** Standard output. */
  readonly out: string
  /** Standard error, a line each. */
  readonly told: readonly string[]
}

export interface Typing {
  /** What is on standard input. */
  readonly input?: string | Buffer
  readonly shell?: Partial<Shell>
  readonly interrupted?: AbortSignal
}

/** Where commands go that do not say. */
export interface Place {
  readonly brokers?: readonly string[]
  readonly http?: string
}

/** A terminal at a broker: `await blink('consume', 'orders', '-e')`. */
export function terminal(cleanup: Cleanup, { brokers, http }: Place = {}) {
  const ask = async (words: readonly string[], typing: Typing = {}): Promise<Said> => {
    const { input = '', shell: differences = {}, interrupted = new AbortController().signal } = typing
    const shell = testShell(cleanup, { input: () => typed(input), env: {}, ...differences })
    const said = (code: number): Said => ({
      code,
      out: [...shell.answer.map((line) => `${line}\n`), ...shell.bytes].join(''),
      told: shell.told,
    })
    let outcome: Promise<Said> | undefined
    const run = async (doing: Doing) => {
      outcome = (async () => doing(shell, interrupted))().then(said, (error) => {
        const code = exitCodeOf(error)
        if (code === null) throw error
        shell.tell(`blink: ${error.message}`)
        return said(code)
      })
      await outcome
    }
    const [name, ...rest] = words
    const { load } = commands.find((one) => one.name === name)!
    const program = new Command('blink')
    const command = program.command(name!)
    const module = await load()
    module.describe(command, run)
    for (const one of [program, command, ...command.commands]) {
      one.exitOverride().configureOutput({
        writeErr: (text) => shell.tell(text.trimEnd()),
        writeOut: (text) => void shell.write(Buffer.from(text)),
      })
    }
    const asked = command.commands.find((one) => one.name() === rest[0]) ?? command
    const takes = (flag: string) => asked.options.some(({ long }) => long === flag) && !rest.includes(flag)
    const where = [
      ...(brokers !== undefined && takes('--broker') ? ['--broker', brokers.join(',')] : []),
      ...(http !== undefined && takes('--http') ? ['--http', http] : []),
    ]
    try {
      await program.parseAsync(['node', 'blink', name!, ...rest, ...where])
    } catch (error) {
      if (error instanceof CommanderError) return said(error.exitCode === 0 ? 0 : 2)
      throw error
    }
    return outcome!
  }
  return {
    ask,
    blink: (...words: readonly string[]) => ask(words),
    /** What it prints, when all is well. */
    async out(...words: readonly string[]): Promise<string> {
      const { code, out, told } = await ask(words)
      if (code !== 0) throw new Error(`blink ${words.join(' ')} ended with ${code}: ${told.join('\n')}`)
      return out
    },
  }
}
