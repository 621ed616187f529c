/** `wasi:logging`: lines for the broker's log. */
import type { Level } from '../../../base/logger.ts'
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'

export function logging({ log }: Pick<CapabilityEnvironment, 'log'>): Imports {
  return {
    'wasi:logging/logging': {
      log(level: Level | 'critical', context: string, message: string): void {
        log(level === 'critical' ? 'error' : level, context === '' ? message : `${context}: ${message}`)
      },
    },
  }
}
