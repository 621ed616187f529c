/**
 * `blink doctor`: what stands in the way of a start, or of a client: this Node.js, the settings, the ports, the
 * plugins, and what a broker tells clients to connect to.
 */
import { createServer } from 'node:net'
import type { Command } from 'commander'
import { addressText, parseAddress } from '../client/address.ts'
import { ClientError } from '../client/client-error.ts'
import { Connection } from '../client/connection.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import { version } from '../base/version.ts'
import { silent } from '../base/logger.ts'
import type { Settings } from '../settings/settings.ts'
import { SettingsError } from '../settings/file.ts'
import { type Colour, coloured, type ExitCode, type Shell } from '../terminal/shell.ts'
import { oneLine } from '../terminal/table.ts'
import { example } from './arguments.ts'
import { addBrokerOptions, type BrokerOptions, brokerAddresses, localHost, loadedHere } from './broker-options.ts'
import { clientSecurity } from './client-security.ts'
import type { Run } from './running.ts'

export type State = 'ok' | 'note' | 'wrong'

export interface Finding {
  readonly check: string
  readonly state: State
  /** With a remedy where something is wrong. */
  readonly message: string
}

const nodeMajorMin = 20
const colours: Readonly<Record<State, Colour>> = { ok: 'green', note: 'yellow', wrong: 'red' }
/** Loaded when they are first needed, which may be in the middle of the work. */
const nativePackages = ['snappy', 'lz4-napi', '@node-rs/crc32'] as const

export function describe(doctor: Command, run: Run): void {
  addBrokerOptions(doctor)
    .addHelpText('after', '\nWith --broker only that broker is looked at, as a client would see it.')
    .addHelpText('after', example('blink doctor', 'blink doctor --broker staging:9092'))
    .action((options: BrokerOptions) => run((shell) => examine(options, shell)))
}

/** 1 when anything is wrong. */
export async function examine(options: BrokerOptions, shell: Shell): Promise<ExitCode> {
  let isWell = true
  const all =
    options.broker === undefined ? atHome(options, shell) : atBroker(brokerAddresses(options, shell), options, shell)
  for await (const finding of all) {
    if (finding.state === 'wrong') isWell = false
    if (options.json) shell.out(JSON.stringify(finding))
    else shell.out(line(finding, shell))
  }
  return isWell ? 0 : 1
}

function line({ check, state, message }: Finding, shell: Shell): string {
  return `${coloured(shell, colours[state], state.padEnd(5))}  ${check.padEnd(9)} ${oneLine(message)}`
}

async function* atHome(options: BrokerOptions, shell: Shell): AsyncGenerator<Finding> {
  yield nodeFinding(process.versions.node)
  yield await packagesFinding()
  let settings: Settings
  try {
    const { settings: found, warnings, file } = loadedHere(options, shell)
    settings = found
    yield {
      check: 'settings',
      state: 'ok',
      message: file === null ? 'no settings.yaml here: the defaults' : `${file} is in order`,
    }
    for (const warning of warnings) yield { check: 'settings', state: 'note', message: warning }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    for (const mistake of error.mistakes) yield { check: 'settings', state: 'wrong', message: mistake }
    return
  }
  yield* ports(settings, options, shell)
  yield* plugins(settings)
}

export function nodeFinding(node: string): Finding {
  const isOld = Number.parseInt(node, 10) < nodeMajorMin
  const remedy = isOld ? `; Blink needs ${nodeMajorMin} or later: see https://nodejs.org` : ''
  const message = `Blink ${version}, Node.js ${node} on ${process.platform}-${process.arch}${remedy}`
  return { check: 'versions', state: isOld ? 'wrong' : 'ok', message }
}

async function packagesFinding(): Promise<Finding> {
  const missing: string[] = []
  for (const name of nativePackages) {
    await import(name).catch((error: Error) => missing.push(`${name} (${error.message.split('\n')[0]})`))
  }
  if (missing.length === 0) return { check: 'packages', state: 'ok', message: 'codecs and checksums are there' }
  const remedy = 'install Blink again on this machine, not from another one'
  return { check: 'packages', state: 'wrong', message: `cannot be loaded: ${missing.join(', ')}; ${remedy}` }
}

/** Each is free, or Blink's already, or somebody else's. */
async function* ports(settings: Settings, options: BrokerOptions, shell: Shell): AsyncGenerator<Finding> {
  const { brokerPorts, restPort, listenAddress } = settings
  const host = localHost(settings)
  let answering: string | null = null
  for (const port of brokerPorts) {
    const what = `broker_ports: ${port}`
    if (port === 0 || (await isFree(port, listenAddress)))
      yield { check: 'ports', state: 'ok', message: `${what} is free` }
    else {
      const address = addressText(host, port)
      const finding = await taken(address, what, options, shell)
      if (finding.state === 'note') answering ??= address
      yield finding
    }
  }
  if (restPort !== null) {
    const what = `rest_port: ${restPort}`
    if (restPort === 0 || (await isFree(restPort, listenAddress)))
      yield { check: 'ports', state: 'ok', message: `${what} is free` }
    else if (answering !== null)
      yield { check: 'ports', state: 'note', message: `${what} is taken, by that Blink most likely` }
    else
      yield { check: 'ports', state: 'wrong', message: `${what} is taken; end what listens there, or choose another` }
  }
  if (answering !== null) yield* atBroker([answering], options, shell)
}

function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

async function taken(address: string, what: string, options: BrokerOptions, { clock }: Shell): Promise<Finding> {
  try {
    const connection = await Connection.open(address, { clock, clientId: options.clientId ?? 'blink' })
    connection.close()
    return { check: 'ports', state: 'note', message: `${what} is taken: a Kafka answers there already` }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const remedy = 'end what listens there, or choose another'
    return { check: 'ports', state: 'wrong', message: `${what} is taken, by no Kafka; ${remedy}` }
  }
}

/** What a client would be told, and whether it leads anywhere from here. */
async function* atBroker(
  addresses: readonly string[],
  options: BrokerOptions,
  { clock, folder }: Shell,
): AsyncGenerator<Finding> {
  const { timeout: timeoutMs = 10_000, clientId = 'blink' } = options
  const security = clientSecurity(options.property ?? [], folder)
  const client = new KafkaClient({ addresses, clock, timeoutMs, clientId, ...security })
  try {
    const connection = await client.anyConnection()
    yield {
      check: 'broker',
      state: 'ok',
      message: `${connection.address} speaks Kafka, ${connection.served.size} APIs`,
    }
    const { id, brokers, controllerId } = await client.cluster()
    const count = brokers.length === 1 ? '1 broker' : `${brokers.length} brokers`
    yield { check: 'cluster', state: 'ok', message: `${id ?? 'without an id'}, ${count}, controller ${controllerId}` }
    for (const broker of brokers) yield await advertised(client, broker)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    for (const message of error.message.split('\n')) yield { check: 'broker', state: 'wrong', message }
  } finally {
    client.close()
  }
}

async function advertised(
  client: KafkaClient,
  { id, address }: { readonly id: number; readonly address: string },
): Promise<Finding> {
  const told = `clients of broker ${id} are told to connect to ${address}`
  try {
    await client.connection(address)
    return { check: 'clients', state: 'ok', message: `${told}, which works from here` }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const { host } = parseAddress(address)
    const remedy = `set kafka_hostname (or Kafka's advertised.listeners) to a name for ${host} that they can reach`
    return {
      check: 'clients',
      state: 'wrong',
      message: `${told}, and that fails from here: ${error.message}; ${remedy}`,
    }
  }
}

/** Each by the checks that loading it makes; none is run. */
async function* plugins(settings: Settings): AsyncGenerator<Finding> {
  const { effectivePlugins } = await import('../settings/plugins.ts')
  const all = effectivePlugins(settings)
  if (all.length === 0) yield { check: 'plugins', state: 'ok', message: 'none in the settings' }
  else {
    const [{ load }, { Cache, defaultCachePath }, { PluginStartError }] = await Promise.all([
      import('../plugins/loading/loading.ts'),
      import('../plugins/loading/cache.ts'),
      import('../plugins/loading/plugin-start-error.ts'),
    ])
    const { folder, pluginTrustedKeys: trustedKeys, pluginCachePath } = settings
    const cache = new Cache(pluginCachePath ?? defaultCachePath(), silent)
    for (const plugin of all) {
      try {
        await load(plugin, { folder, trustedKeys, cache, log: silent })
        const note = plugin.enabled ? '' : ', and disabled'
        yield { check: 'plugins', state: 'ok', message: `${plugin.name} would be loaded${note}` }
      } catch (error) {
        if (!(error instanceof PluginStartError)) throw error
        yield { check: 'plugins', state: plugin.enabled && !plugin.optional ? 'wrong' : 'note', message: error.message }
      }
    }
  }
}
