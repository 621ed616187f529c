/** `blink plugins …`: the plugins of a Blink that runs, over HTTP. To write one, see `blink plugin`. */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { bytesText, type Cell, oneLine, tableLines, timeText } from '../terminal/table.ts'
import { collectPairs, example, positive } from './arguments.ts'
import { addHttpOptions, HttpClient, type HttpOptions } from './http-client.ts'
import type { Run } from './running.ts'

interface Shown {
  readonly name: string
  readonly path: string
  readonly state: string
  readonly enabled: boolean
  readonly mode: string
  readonly edition: string | null
  readonly is_sandboxed: boolean
  readonly is_in_settings: boolean
  readonly topics: readonly string[]
  readonly hooks: readonly string[]
  readonly capabilities: readonly string[]
  readonly records: { readonly [verdict: string]: number }
  readonly restarts: number
  readonly last_failure: string | null
  readonly latency_ms: { readonly [hook: string]: { readonly p50: number; readonly p99: number } }
  readonly memory_bytes: number
}
interface LogLine {
  readonly timestamp: number
  readonly level: string
  readonly message: string
}

const changes = {
  enable: 'starts a plugin that was disabled',
  disable: 'ends a plugin in order; it stays known',
  reload: 'reads the file of a plugin anew; the old one goes on where the new one does not start',
  reset: 'frees a plugin from quarantine',
} as const
type Change = keyof typeof changes

export function describe(plugins: Command, run: Run): void {
  const doing = (
    options: HttpOptions,
    work: (http: HttpClient, shell: Shell, stopped: AbortSignal) => Promise<ExitCode>,
  ) => run((shell, interrupted) => work(new HttpClient(options, shell), shell, interrupted))
  const sub = (words: string, summary: string, line: string) =>
    addHttpOptions(plugins.command(words).description(summary).addHelpText('after', example(line)))

  sub('list', 'all plugins, in their order', 'blink plugins list').action((options: HttpOptions) =>
    doing(options, (http, shell) => listPlugins(options, http, shell)),
  )
  sub('show <name>', 'what one is, and did', 'blink plugins show guard').action((name: string, options: HttpOptions) =>
    doing(options, async (http, shell) => showPlugin(await one(http, name), options, shell)),
  )
  sub('logs <name>', 'what one said', 'blink plugins logs guard --follow')
    .option('-f, --follow', 'and what it says from now on')
    .addOption(new Option('-n, --lines <count>', 'no more than the last so many').argParser(positive))
    .action((name: string, options: LogOptions) =>
      doing(options, (http, shell, stopped) => showLogs(name, options, http, shell, stopped)),
    )
  for (const change of Object.keys(changes) as Change[]) {
    sub(`${change} <name>`, changes[change], `blink plugins ${change} guard`).action(
      (name: string, options: HttpOptions) =>
        doing(options, async (http, shell) => {
          const after = (await http.post(`${pathOf(name)}/${change}`)) as unknown as Shown
          return told(after, options, shell)
        }),
    )
  }
  sub(
    'load <file>',
    'loads one from a file on the machine of that Blink',
    'blink plugins load guard.wasm --set priority=5',
  )
    .option('--name <name>', 'how it is called (default: by its file)')
    .addOption(new Option('--set <setting=value>', 'as in settings.yaml; may be repeated').argParser(collectPairs))
    .action((file: string, options: LoadOptions) =>
      doing(options, (http, shell) => loadPlugin(file, options, http, shell)),
    )
  sub('unload <name>', 'ends one in order and forgets it', 'blink plugins unload guard').action(
    (name: string, options: HttpOptions) =>
      doing(options, async (http, shell) => {
        await http.delete(pathOf(name))
        if (options.json) shell.out(JSON.stringify({ unloaded: name }))
        else shell.tell(`unloaded ${name}`)
        return 0
      }),
  )
}

interface LogOptions extends HttpOptions {
  readonly follow?: boolean
  readonly lines?: number
}
interface LoadOptions extends HttpOptions {
  readonly name?: string
  readonly set?: readonly (readonly [string, string])[]
}

function pathOf(name: string): string {
  return `/plugins/${encodeURIComponent(name)}`
}

async function one(http: HttpClient, name: string): Promise<Shown> {
  return (await http.get(pathOf(name))) as unknown as Shown
}

async function listPlugins({ json }: HttpOptions, http: HttpClient, shell: Shell): Promise<ExitCode> {
  const { plugins } = (await http.get('/plugins')) as { plugins: readonly Shown[] }
  if (json) for (const plugin of plugins) shell.out(JSON.stringify(plugin))
  else if (plugins.length === 0) shell.tell('no plugins')
  else {
    const right = (title: string) => ({ title, isRight: true })
    const columns = [
      { title: 'plugin' },
      { title: 'state' },
      ...['accepted', 'refused', 'failed'].map(right),
      { title: 'file' },
    ]
    const rows = plugins.map(({ name, records, path, ...plugin }): Cell[] => {
      const counts = [records['accepted'], records['refused'], records['failed']].map((count) => `${count ?? 0}`)
      return [name, stateCell(plugin), ...counts, path]
    })
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

function stateCell({ state, mode, is_sandboxed }: Pick<Shown, 'state' | 'mode' | 'is_sandboxed'>): Cell {
  const notes = [...(mode === 'shadow' ? ['shadow'] : []), ...(is_sandboxed ? [] : ['no sandbox'])]
  const text = notes.length === 0 ? state : `${state} (${notes.join(', ')})`
  return { text, colour: state === 'running' ? 'green' : state === 'stopped' ? 'dim' : 'yellow' }
}

function showPlugin(plugin: Shown, { json }: HttpOptions, shell: Shell): ExitCode {
  if (json) {
    shell.out(JSON.stringify(plugin))
    return 0
  }
  const counts = Object.entries(plugin.records).filter(([, count]) => count > 0)
  const latency = Object.entries(plugin.latency_ms).map(([hook, { p50, p99 }]) => {
    return `${hook} ${timeText(p50)}, one in a hundred ${timeText(p99)}`
  })
  const facts: readonly (readonly [string, string])[] = [
    ['state', `${plugin.state}${plugin.enabled ? '' : ', disabled'}`],
    ['file', plugin.path],
    ['edition', plugin.edition ?? '–'],
    ['topics', plugin.topics.join(', ') || 'all'],
    ['hooks', plugin.hooks.join(', ') || '–'],
    ['granted', plugin.capabilities.join(', ') || 'nothing'],
    ['records', counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'none yet'],
    ['latency', latency.join('; ') || '–'],
    ['memory', bytesText(plugin.memory_bytes)],
    ['restarts', `${plugin.restarts}`],
    ['last failure', plugin.last_failure ?? 'none'],
    ['in settings', plugin.is_in_settings ? 'yes' : 'no: it is gone when Blink stops'],
  ]
  shell.out(plugin.name)
  for (const [title, fact] of facts) shell.out(`  ${title.padEnd(13)} ${oneLine(fact)}`)
  return 0
}

function told(plugin: Shown, { json }: HttpOptions, shell: Shell): ExitCode {
  if (json) shell.out(JSON.stringify(plugin))
  else shell.tell(`${plugin.name} is ${plugin.state}`)
  return 0
}

async function showLogs(
  name: string,
  { follow, lines, json }: LogOptions,
  http: HttpClient,
  shell: Shell,
  stopped: AbortSignal,
): Promise<ExitCode> {
  const query = lines === undefined ? '' : `?lines=${lines}`
  const print = (line: LogLine) => shell.out(json ? JSON.stringify(line) : logText(line))
  if (!follow) {
    const answer = (await http.get(`${pathOf(name)}/logs${query}`)) as unknown as { lines: readonly LogLine[] }
    for (const line of answer.lines) print(line)
    return 0
  }
  for await (const { event, data } of http.events(`${pathOf(name)}/logs${query}`, stopped)) {
    if (event === 'message') print(data as unknown as LogLine)
    else if (event === 'dropped') shell.tell(`… ${Object.values(data)[0]} lines more than could be read`)
    else if (event === 'end') shell.tell(`blink: ${data['why']}`)
  }
  return 0
}

function logText({ timestamp, level, message }: LogLine): string {
  return `${new Date(timestamp).toISOString()} ${level.toUpperCase().padEnd(5)} ${oneLine(message)}`
}

async function loadPlugin(
  file: string,
  { name, set = [], ...options }: LoadOptions,
  http: HttpClient,
  shell: Shell,
): Promise<ExitCode> {
  const settings = Object.fromEntries(set.map(([key, value]) => [key, jsonOrText(value)]))
  const named = name === undefined ? {} : { name }
  if (set.length !== Object.keys(settings).length) throw new Mistake('a setting is named twice; name each once', 2)
  // What is relative here is relative to this folder, not to that of Blink.
  const path = resolve(shell.folder, file)
  return told((await http.post('/plugins', { path, ...named, ...settings })) as unknown as Shown, options, shell)
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
