/**
 * The commands beside `start`. Only the one that is called is loaded: its flags, and what it does.
 */
import type { Command } from 'commander'
import type { Run } from './running.ts'

export interface Listed {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<CommandModule>
}

/** A file of this folder that is a command. */
export interface CommandModule {
  /** Says what it takes, and what is run. */
  describe(command: Command, run: Run): void
}

export const commands: readonly Listed[] = [
  { name: 'config', summary: 'print every setting with its default and meaning', load: () => import('./config.ts') },
  { name: 'plugin', summary: 'write, build, check and try plugins', load: () => import('./plugin.ts') },
]

/** Those whose help or action the words of a command line ask for. */
export function named(words: readonly string[]): readonly Listed[] {
  const [first, second] = words
  const name = first === 'help' ? second : first
  return commands.filter((one) => one.name === name)
}
