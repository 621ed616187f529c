/** Which Kafka a command talks to, and how: flags that all of them share. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { parseAddresses } from '../client/address.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import type { Settings } from '../settings/settings.ts'
import { loadSettings } from '../settings/file.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { durationMs, example } from './arguments.ts'
import { clientSecurity, propertyOption } from './client-security.ts'
import type { Run } from './running.ts'

export const defaultFile = 'settings.yaml'

export interface BrokerOptions {
  readonly broker?: string
  readonly settings?: string
  readonly timeout?: number
  readonly clientId?: string
  readonly json?: boolean
  readonly property?: readonly string[]
}

export function addBrokerOptions(command: Command): Command {
  const broker = new Option('-b, --broker <host:port,…>', 'which Kafka (default: that of the settings)')
  return command
    .addOption(broker.env('BLINK_BROKER'))
    .option(
      '-s, --settings <file>',
      `the settings that say where the broker is (default: ${defaultFile}, if there is one)`,
    )
    .addOption(propertyOption())
    .option('--client-id <name>', 'how this client calls itself', 'blink')
    .addOption(
      new Option('--timeout <duration>', 'how long a broker may take').default(10_000, '10s').argParser(durationMs),
    )
    .option('--json', 'for programs: an object a line')
}

/** The settings file that `blink start` in this folder would read; null: none. */
export function fileHere({ settings }: Pick<BrokerOptions, 'settings'>, { folder }: Shell): string | null {
  return settings ?? (existsSync(join(folder, defaultFile)) ? defaultFile : null)
}

/** What it says. Throws SettingsError. */
export function loadedHere(options: Pick<BrokerOptions, 'settings'>, shell: Shell) {
  const { folder, env } = shell
  const file = fileHere(options, shell)
  return { file, ...loadSettings({ file, env, flags: {}, folder }) }
}

export function settingsHere(options: Pick<BrokerOptions, 'settings'>, shell: Shell): Settings {
  return loadedHere(options, shell).settings
}

/** Where the broker of the settings is reached from this machine. */
export function localHost({ listenAddress }: Pick<Settings, 'listenAddress'>): string {
  const isEverywhere = listenAddress === '0.0.0.0' || listenAddress === '::'
  return isEverywhere || listenAddress === '127.0.0.1' ? 'localhost' : listenAddress
}

export function brokerAddresses(options: BrokerOptions, shell: Shell): string[] {
  if (options.broker !== undefined) return parseAddresses(options.broker)
  const settings = settingsHere(options, shell)
  const host = localHost(settings)
  if (settings.brokerPorts.includes(0)) {
    throw new Mistake('broker_ports is 0, which is any free port: say with --broker which one it was', 2)
  }
  return settings.brokerPorts.map((port) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
}

export async function withClient(
  options: BrokerOptions,
  shell: Shell,
  stopped: AbortSignal,
  work: (client: KafkaClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { clientId = 'blink', timeout: timeoutMs = 10_000 } = options
  const addresses = brokerAddresses(options, shell)
  const security = clientSecurity(options.property ?? [], shell.folder)
  const client = new KafkaClient({ addresses, clock: shell.clock, clientId, timeoutMs, stopped, ...security })
  try {
    return await work(client)
  } finally {
    client.close()
  }
}

/** How a command with commands of its own declares each of them, and what it does at a broker. */
export function brokerCommands(parent: Command, run: Run) {
  return {
    sub: (words: string, summary: string, ...examples: readonly string[]): Command =>
      addBrokerOptions(
        parent
          .command(words)
          .description(summary)
          .addHelpText('after', example(...examples)),
      ),
    doing: (options: BrokerOptions, work: (client: KafkaClient, shell: Shell) => Promise<ExitCode>) =>
      run((shell, interrupted) => withClient(options, shell, interrupted, (client) => work(client, shell))),
  }
}
