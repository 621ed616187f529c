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
  { name: 'produce', summary: 'send records: lines, JSON, files', load: () => import('./produce.ts') },
  { name: 'consume', summary: 'print records, alone or in a group', load: () => import('./consume.ts') },
  {
    name: 'topics',
    summary: 'list, describe, create, delete, grow and configure topics',
    load: () => import('./topics.ts'),
  },
  { name: 'groups', summary: 'list, describe, reset and delete consumer groups', load: () => import('./groups.ts') },
  { name: 'acls', summary: 'list, add and remove ACLs', load: () => import('./acls.ts') },
  { name: 'seed', summary: 'fill topics from JSON, NDJSON and CSV files', load: () => import('./seed.ts') },
  {
    name: 'plugins',
    summary: 'list, load, reload and follow plugins of a running Blink',
    load: () => import('./plugins.ts'),
  },
  { name: 'faults', summary: 'let things go wrong at a running Blink', load: () => import('./faults.ts') },
  { name: 'clock', summary: 'show, freeze and advance the time of a running Blink', load: () => import('./clock.ts') },
  { name: 'reset', summary: 'make a running Blink as it was when it had started', load: () => import('./reset.ts') },
  {
    name: 'doctor',
    summary: 'look for what stands in the way of a start or a client',
    load: () => import('./doctor.ts'),
  },
  { name: 'config', summary: 'print every setting, or what holds here and why', load: () => import('./config.ts') },
  {
    name: 'completion',
    summary: 'print a script that completes commands in a shell',
    load: () => import('./completion.ts'),
  },
  { name: 'plugin', summary: 'write, build, check and try plugins', load: () => import('./plugin.ts') },
]

/** Those whose help or action the words of a command line ask for. */
export function named(words: readonly string[]): readonly Listed[] {
  const [first, second] = words
  const name = first === 'help' ? second : first
  return commands.filter((one) => one.name === name)
}
