#!/usr/bin/env node
/**
 * The command line. Without another command it reads settings from flags, environment and file, starts the broker, and
 * stops it on a signal; what the others do is in commands/.
 *
 * Exit codes: 0 stopped as asked, 1 could not start, 2 wrong usage or settings. Those of the others: terminal/shell.ts.
 */
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { Command, type CommanderError, Option } from 'commander'
import { systemClock } from './base/clock.ts'
import { lineWriter, Logger } from './base/logger.ts'
import type { Broker } from './broker.ts'
import { commands, named } from './commands/list.ts'
import { runCommand } from './commands/running.ts'
import { PluginStartError } from './plugins/host.ts'
import { type Settings, settingsTable } from './settings/settings.ts'
import { flagOf, loadSettings, SettingsError } from './settings/file.ts'
import { nearest } from './settings/values.ts'
import { startBroker } from './start.ts'
import { StartError } from './start-error.ts'
import { removeReadyFile, writeReadyFile } from './testing-ready-file.ts'
import { version } from './base/version.ts'

const wrongUsage = 2
const interrupted = 130
const defaultFile = 'settings.yaml'
/**
 * The log counts as garbage to be: left alone, V8 looks through all of its small heap for every 13 MB that are stored,
 * which took a fifth of the processor time of a broker under load. So its limit is ten times what lives, not twice.
 *
 * Set once all has started: under other flags V8 refuses what was compiled before, Node's own modules and the compile
 * cache, and a start with a plugin takes 40 ms more, or 70.
 */
const heapGrowth = '--heap-growing-percent=900'
const flags = Object.values(settingsTable).map(({ key, kind, doc }) => {
  const argument = kind.name === 'true or false' ? '[true|false]' : `<${kind.name}>`
  return { key, option: new Option(`${flagOf(key)} ${argument}`, doc) }
})

const program = new Command('blink')
  .description('A Kafka you start in a tenth of a second and script with WebAssembly.')
  .version(version)
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'blink: ').replace('\n(', ' (')) })
  .exitOverride(({ exitCode }: CommanderError) => process.exit(exitCode === 0 ? 0 : wrongUsage))

const start = program
  .command('start', { isDefault: true })
  .description('run the broker until it is interrupted')
  .option('-s, --settings <file>', `the settings file (default: ${defaultFile}, if there is one)`)
  .option('-p, --port <port>', 'the Kafka port; 0: any free one, and any free one for HTTP')
  .allowExcessArguments()
  .action((options: Readonly<Record<string, unknown>>) => run(options).catch(fail))
  .hook('preAction', refuseWords)
for (const { option } of flags) start.addOption(option)

const declared = new Map(commands.map(({ name, summary }) => [name, program.command(name).description(summary)]))
for (const { name, load } of named(process.argv.slice(2))) {
  const module = await load()
  module.describe(declared.get(name)!, (doing) => runCommand(doing).catch(fail))
}

program.parse()

/** A word that is no command comes here, since this is what `blink` alone does. */
function refuseWords(command: Command): void {
  const [word] = command.args
  if (word === undefined) return
  const meant = nearest(word, [...declared.keys(), 'start'])
  const remedy = meant === undefined ? 'blink help lists those there are' : `did you mean ${meant}?`
  command.error(`error: there is no command ${word}; ${remedy}`)
}

async function run(options: Readonly<Record<string, unknown>>): Promise<void> {
  const named = options.settings === undefined ? null : `${options.settings}`
  const file = named ?? (existsSync(defaultFile) ? defaultFile : null)
  const origins = { file, env: process.env, flags: givenFlags(options), folder: process.cwd() }
  const { settings, warnings } = loadSettings(origins)
  const write = lineWriter(process.stderr, settings.logFormat)
  const logger = new Logger('blink::server', { level: settings.logLevel, now: systemClock.now, write })
  for (const warning of warnings) logger.warn(warning)
  removeReadyFile(settings)
  const broker = await startBroker(settings, { logger })
  setFlagsFromString(heapGrowth)
  writeReadyFile(settings, broker)
  stopOnSignal(broker, settings)
}

function givenFlags(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = flags.filter(({ option }) => options[option.attributeName()] !== undefined)
  const named = given.map(({ key, option }) => [key, `${options[option.attributeName()]}`])
  const { port } = options
  const short = port === undefined ? {} : { broker_ports: `${port}`, ...(port === '0' ? { rest_port: '0' } : {}) }
  return { ...short, ...Object.fromEntries(named) }
}

/** The first signal asks, the second does not wait; nor does the first beyond the time a stop may take. */
function stopOnSignal(broker: Broker, settings: Settings): void {
  let isStopping = false
  const stop = () => {
    if (isStopping) process.exit(interrupted)
    isStopping = true
    removeReadyFile(settings)
    systemClock.after(settings.shutdownTimeoutMs, () => process.exit(0))
    broker.close().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
}

/** What the user can mend is told in a line for each thing; a fault of ours with its stack. */
function fail(error: unknown): void {
  const isForUser = error instanceof SettingsError || error instanceof StartError || error instanceof PluginStartError
  const message = isForUser ? error.message : error instanceof Error ? error.stack : `${error}`
  for (const line of `${message}`.split('\n')) process.stderr.write(isForUser ? `blink: ${line}\n` : `${line}\n`)
  process.exit(error instanceof SettingsError ? wrongUsage : 1)
}
