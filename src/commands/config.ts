/** `blink config`: the reference of all settings. */
import type { Command } from 'commander'
import { printSettingsFile } from '../settings-reference.ts'
import type { Run } from './running.ts'

export function describe(config: Command, run: Run): void {
  config.action(() =>
    run(async (shell) => {
      await shell.write(Buffer.from(printSettingsFile()))
      return 0
    }),
  )
}
