/** `blink config`: the reference of all settings, or those that hold here and where each comes from. */
import type { Command } from 'commander'
import { settingsTable } from '../settings/settings.ts'
import { type Given, givenSettings } from '../settings/file.ts'
import { printReference, printSettingsFile } from '../settings/reference.ts'
import type { ExitCode, Shell } from '../terminal/shell.ts'
import { type Cell, tableLines } from '../terminal/table.ts'
import { example } from './arguments.ts'
import { fileHere, loadedHere } from './broker-options.ts'
import type { Run } from './running.ts'

interface ConfigOptions {
  readonly effective?: boolean
  readonly changed?: boolean
  readonly markdown?: boolean
  readonly settings?: string
  readonly json?: boolean
}

export function describe(config: Command, run: Run): void {
  config
    .option('-e, --effective', 'what holds here, and where each comes from')
    .option('--changed', 'of these, only what is not as it is by default')
    .option('-s, --settings <file>', 'what holds by this settings file (default: settings.yaml, if there is one)')
    .option('--markdown', 'the reference as a table')
    .option('--json', 'for programs: an object a line')
    .addHelpText('after', example('blink config > settings.yaml', 'blink config --effective'))
    .action((options: ConfigOptions) =>
      run(async (shell) => {
        const { effective, changed, settings, json, markdown } = options
        if (effective || changed || settings !== undefined || json) return showEffective(options, shell)
        await shell.write(Buffer.from(markdown ? printReference() : printSettingsFile()))
        return 0
      }),
    )
}

/** Throws SettingsError for settings that would not start. */
function showEffective({ changed, json, ...options }: ConfigOptions, shell: Shell): ExitCode {
  const { folder, env } = shell
  for (const warning of loadedHere(options, shell).warnings) shell.tell(`blink: ${warning}`)
  const given = givenSettings({ file: fileHere(options, shell), env, flags: {}, folder })
  const shown = Object.values(settingsTable)
    .map(({ key, kind, default: fallback }) => {
      const found = given.get(key)
      const value = found === undefined ? fallback : found.value
      const isHidden = kind.isSecret === true && found !== undefined
      return { setting: key, value: isHidden ? '(hidden)' : value, from: originOf(found) }
    })
    .filter(({ from }) => !changed || from !== 'default')
  if (json) for (const one of shown) shell.out(JSON.stringify(one, withoutConfigs))
  else if (shown.length === 0) shell.tell('all is as it is by default')
  else {
    const rows = shown.map(({ setting, value, from }): Cell[] => {
      return [setting, text(value), from === 'default' ? { text: from, colour: 'dim' } : from]
    })
    const columns = ['setting', 'value', 'from'].map((title) => ({ title }))
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

function originOf(given: Given | undefined): string {
  return given === undefined ? 'default' : given.origin
}

/** A list of entries would fill the table, and may hold secrets. */
function text(value: unknown): string {
  if (value === null) return '–'
  if (Array.isArray(value) && value.some((one) => typeof one === 'object')) {
    return value.length === 1 ? '1 entry' : `${value.length} entries`
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A plugin's config may hold secrets. */
function withoutConfigs(name: string, value: unknown): unknown {
  return name === 'config' ? '(hidden)' : value
}
