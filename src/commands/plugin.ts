/**
 * `blink plugin …`, the workshop of those who write plugins, on the command line. What a command needs is loaded when
 * it is called, so that a start of the broker pays nothing for it.
 */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ExitCode, Shell } from '../terminal/shell.ts'
import type { Asked } from '../workshop/asked.ts'
import { example, port, positive } from './arguments.ts'
import type { Run } from './running.ts'

interface Common {
  readonly json?: boolean
}
interface Trial extends Common {
  readonly settings?: string
  readonly plugin?: string
  readonly config?: string
  readonly grant?: readonly string[]
}
interface Live extends Trial {
  readonly topic?: string
  readonly broker: string
  readonly from: 'earliest' | 'latest'
  readonly limit?: number
}
interface Dev extends Trial {
  readonly brokerPort?: number
  readonly restPort?: number
}

export function describe(plugin: Command, run: Run): void {
  plugin.addHelpText('after', '\nFrom nothing to a plugin that runs: docs/plugins.md')
  addMaking(plugin, run)
  addLooking(plugin, run)
  addTrying(plugin, run)
}

function addMaking(plugin: Command, run: Run): void {
  const languages = 'typescript, assemblyscript, rust, go, python, c'
  plugin
    .command('new <name>')
    .description('write a project that builds, to start from')
    .requiredOption('-l, --lang <language>', languages)
    .option('--dir <folder>', 'where to (default: a folder of the name)')
    .addHelpText('after', example('blink plugin new my-plugin --lang typescript'))
    .action((name: string, options: { lang: string; dir?: string }) =>
      run(async (shell) => (await import('../workshop/new.ts')).newPlugin({ name, ...options }, shell)),
    )
  plugin
    .command('build [folder]')
    .description('build the project in a folder, by its blink-plugin.json')
    .addHelpText('after', example('blink plugin build my-plugin'))
    .action((dir: string | undefined) =>
      run(async (shell) => (await import('../workshop/build.ts')).buildPlugin(dir === undefined ? {} : { dir }, shell)),
    )
}

function addLooking(plugin: Command, run: Run): void {
  const check = plugin
    .command('check <file>')
    .description('say what a plugin is, what it needs to be granted, and what would refuse it')
    .option('--key <file>', 'sign it with this private key (Ed25519, PEM)')
    .addHelpText('after', example('blink plugin check my-plugin.wasm -s settings.yaml'))
    .action((name: string, { key, json = false, ...options }: Trial & { key?: string }) =>
      run(async (shell) => {
        const { checkPlugin } = await import('../workshop/check.ts')
        const file = resolve(shell.folder, name)
        const signing = key === undefined ? {} : { key: resolve(shell.folder, key) }
        return checkPlugin({ file, asked: await asked(file, options, shell), json, ...signing }, shell)
      }),
    )
  const bench = plugin
    .command('bench <file>')
    .description('measure what a record costs that goes through a plugin, beside one that does nothing')
    .addOption(new Option('--time <ms>', 'for each line of the table').default(400).argParser(positive))
    .addHelpText('after', example('blink plugin bench my-plugin.wasm'))
    .action((name: string, { json = false, time: cellMs, ...options }: Trial & { time: number }) =>
      run(async (shell) => {
        const { benchPlugin } = await import('../workshop/bench.ts')
        const file = resolve(shell.folder, name)
        return benchPlugin({ file, asked: await granted(file, await asked(file, options, shell)), json, cellMs }, shell)
      }),
    )
  for (const command of [check, bench]) addTrialOptions(command)
}

function addTrying(plugin: Command, run: Run): void {
  const test = plugin
    .command('test <file> [records]')
    .description('show what a plugin says of the records of a .jsonl file, or of a topic as they are stored')
    .option('-t, --topic <topic>', 'a topic of a running Kafka, which is read and not changed')
    .option('--broker <host:port>', 'where that Kafka is', 'localhost:9092')
    .addOption(new Option('--from <where>', 'from where on').choices(['latest', 'earliest']).default('latest'))
    .addOption(new Option('--limit <records>', 'end after so many of the topic').argParser(positive))
    .addHelpText('after', example('blink plugin test my-plugin.wasm records.jsonl'))
    .addHelpText('after', '  blink plugin test my-plugin.wasm --topic orders --from earliest')
    .action((name: string, records: string | undefined, options: Live) =>
      run((shell, interrupted) => testOrShadow(name, records, options, shell, interrupted)),
    )
  const dev = plugin
    .command('dev [what]')
    .description('run a broker with a plugin in it, which is built and loaded anew on every save')
    .addOption(new Option('--broker-port <port>', 'where it speaks Kafka (default: that of settings)').argParser(port))
    .addOption(new Option('--rest-port <port>', 'where it speaks HTTP (default: that of settings)').argParser(port))
    .addHelpText('after', example('blink plugin dev my-plugin'))
    .action((what: string | undefined, options: Dev) =>
      run((shell, interrupted) => runDev(what ?? '.', options, shell, interrupted)),
    )
  for (const command of [test, dev]) addTrialOptions(command)
}

function addTrialOptions(command: Command): void {
  const collect = (one: string, all: readonly string[] | undefined) => [...(all ?? []), one]
  command
    .option('-s, --settings <file>', 'try it as this settings file would run it')
    .option('--plugin <name>', 'which plugin of that file')
    .option('--config <json>', 'its config')
    .option('--grant <capability>', 'as keyvalue, http=api.example.com or sql={"max_rows":9}; may be repeated', collect)
    .option('--json', 'for programs: lines of JSON')
}

async function testOrShadow(
  name: string,
  records: string | undefined,
  { topic, broker, from, limit, json = false, ...options }: Live,
  shell: Shell,
  interrupted: AbortSignal,
): Promise<ExitCode> {
  const { Mistake } = await import('../terminal/shell.ts')
  if ((records === undefined) === (topic === undefined)) {
    throw new Mistake(
      'name either a file of records or a --topic, as in blink plugin test my-plugin.wasm records.jsonl',
      2,
    )
  }
  const file = resolve(shell.folder, name)
  const plugin = { asked: await granted(file, await asked(file, options, shell)), json }
  if (topic === undefined) {
    const { testPlugin } = await import('../workshop/test.ts')
    return testPlugin({ ...plugin, records: records! }, shell)
  }
  const { shadowRun } = await import('../workshop/shadow.ts')
  return shadowRun({ ...plugin, topic, broker, from, interrupted, ...(limit === undefined ? {} : { limit }) }, shell)
}

async function runDev(what: string, options: Dev, shell: Shell, interrupted: AbortSignal): Promise<ExitCode> {
  const [{ devPlugin }, { brokerSettings }, { startBroker }] = await Promise.all([
    import('../workshop/dev.ts'),
    import('./plugin-settings.ts'),
    import('../start.ts'),
  ])
  const { json = false, brokerPort, restPort } = options
  const settings = brokerSettings(options, shell)
  const chosen = {
    ...settings,
    brokerPorts: brokerPort === undefined ? settings.brokerPorts : [brokerPort],
    restPort: restPort === undefined ? settings.restPort : restPort,
  }
  return devPlugin(
    {
      what,
      cachePath: chosen.pluginCachePath,
      json,
      interrupted,
      async start({ file, meant }, judge, logger) {
        const { plugin } = await granted(file, await asked(meant, options, shell))
        const broker = await startBroker(chosen, { logger, judge, plugins: [{ ...plugin, path: file }] })
        const at = (port: number) => `${chosen.listenAddress}:${port}`
        return {
          name: plugin.name,
          kafka: broker.kafkaPorts.map(at).join(','),
          http: broker.httpPort === null ? null : at(broker.httpPort),
          close: () => broker.close(),
        }
      },
    },
    shell,
  )
}

async function asked(file: string, options: Trial, shell: Shell): Promise<Asked> {
  const { askedFor } = await import('./plugin-settings.ts')
  return askedFor(file, options, shell)
}

/** Where nothing says what it is granted, it is tried with what it needs. */
async function granted(file: string, asked: Asked): Promise<Asked> {
  if (asked.isGranted) return asked
  const { inspect, withAll } = await import('../workshop/inspection.ts')
  return { ...asked, plugin: { ...asked.plugin, capabilities: withAll(inspect(file).capabilities) } }
}
