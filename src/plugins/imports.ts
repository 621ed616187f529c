/** Everything that a component may be given, by the unversioned names of its interfaces. */
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { wasi } from './wasi.ts'

export interface Output {
  readonly stdout: (line: string) => void
  readonly stderr: (line: string) => void
}

export function importsFor(
  { clock, log }: CapabilityEnvironment,
  { stdout, stderr }: Output,
): { readonly imports: Imports; flush(): void } {
  const logging = { log: (level: 'info', _context: string, message: string) => log(level, message) }
  const imports = { ...wasi({ clock, stdout, stderr }), 'wasi:logging/logging': logging } as unknown as Imports
  return { imports, flush: () => {} }
}
