/**
 * `blink plugin dev`: a broker with the plugin in it, which is built and loaded anew whenever a source is saved. A
 * build that fails is shown, and the plugin of before goes on.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import type { Judge } from '../handlers/intake.ts'
import { type LogEvent, Logger } from '../base/logger.ts'
import { PluginCommandError, type PluginHost, PluginStartError } from '../plugins/host.ts'
import { Unfit } from '../plugins/loading/plugin-start-error.ts'
import { buildProject } from './build.ts'
import { listening } from './listening.ts'
import { readProject } from './project.ts'
import { coloured, type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { changed, fileSnapshot, projectSnapshot, type Snapshot } from './sources.ts'
import { oneLine, timeText } from '../terminal/table.ts'
import { logLinesOf } from './trial.ts'
import { VerdictPrinter } from './verdict-printer.ts'
import { WarmTranspiler } from './warm-transpiler.ts'

/** A broker that runs, as far as this command knows it. */
export interface DevBroker {
  /** The plugin's. */
  readonly name: string
  readonly kafka: string
  /** Null when HTTP is off. */
  readonly http: string | null
  close(): Promise<void>
}

export interface DevFile {
  /** What to load. */
  readonly file: string
  /** Where settings would look for it. */
  readonly meant: string
}

export interface DevOptions {
  /** A component, a script, or the folder of a project. */
  readonly what: string
  /** Starts a broker with the plugin in this file. */
  readonly start: (plugin: DevFile, judge: (plugins: PluginHost) => Judge, logger: Logger) => Promise<DevBroker>
  /** Where transpiled components are kept; null: the user's cache folder. */
  readonly cachePath: string | null
  readonly json?: boolean
  /** Ctrl-C. */
  readonly interrupted: AbortSignal
}

/** Short enough that nobody waits for it. */
const lookMs = 20
/** Where looking takes long, pauses are as many times as long. */
const pausesPerLook = 20
/** Whoever saves a file may empty it first and write it then: it is to have stayed the same for so long. */
const settleMs = 10
/** What still changes after as many looks is not waited for. */
const settleLooksMax = 20

/** What is watched, and how it becomes a file to load. */
export interface Source extends DevFile {
  look(): Snapshot
  /** Throws Mistake. */
  build(): Promise<void>
  /** Leaves nothing behind. */
  close(): void
}

export async function devPlugin(options: DevOptions, shell: Shell): Promise<ExitCode> {
  const source = sourceOf(resolve(shell.folder, options.what), shell)
  const session = new Session(source, options, shell)
  try {
    await session.round('starting')
    let pauseMs = lookMs
    while (!options.interrupted.aborted) {
      await pause(pauseMs, shell, options.interrupted)
      const start = shell.stopwatch()
      const found = source.look()
      pauseMs = Math.max(lookMs, pausesPerLook * (shell.stopwatch() - start))
      const path = changed(session.seen, found)
      if (path === null) continue
      await settled(source, found, shell, options.interrupted)
      await session.round(relative(shell.folder, path))
    }
  } finally {
    await session.close()
    source.close()
  }
  return 0
}

/** Exported for its test. */
export async function settled(
  { look }: Pick<Source, 'look'>,
  found: Snapshot,
  shell: Shell,
  interrupted: AbortSignal,
): Promise<void> {
  let last = found
  for (let looks = 0; looks < settleLooksMax; looks++) {
    await pause(settleMs, shell, interrupted)
    const next = look()
    if (changed(last, next) === null) return
    last = next
  }
}

export function sourceOf(path: string, shell: Shell): Source {
  if (!existsSync(path)) throw new Mistake(`${path} is not there: name a plugin's file or the folder of its project`, 2)
  return statSync(path).isDirectory() ? projectSource(path, shell) : fileSource(path)
}

function fileSource(file: string): Source {
  return { file, meant: file, look: () => fileSnapshot(file), build: async () => {}, close: () => {} }
}

/** What is built quickly goes elsewhere, lest anybody take it for what `blink plugin build` makes. */
function projectSource(folder: string, shell: Shell): Source {
  let project = readProject(folder)
  const elsewhere = mkdtempSync(join(tmpdir(), 'blink-dev-'))
  const file = join(elsewhere, basename(project.out))
  return {
    file,
    meant: join(folder, project.out),
    look: () => projectSnapshot(project),
    async build() {
      project = readProject(folder)
      await buildProject(project, shell, { file })
    },
    close: () => rmSync(elsewhere, { recursive: true, force: true }),
  }
}

class Session {
  /** What the next look is to be held against. */
  seen: Snapshot
  readonly #source: Source
  readonly #options: DevOptions
  readonly #shell: Shell
  readonly #transpiler: WarmTranspiler
  #broker: DevBroker | null = null
  #host: PluginHost | null = null
  /** Sources were other ones after the last round than before it. */
  #wasChanged = false

  constructor(source: Source, options: DevOptions, shell: Shell) {
    this.#source = source
    this.#options = options
    this.#shell = shell
    this.#transpiler = new WarmTranspiler(options.cachePath)
    this.seen = source.look()
  }

  /** Builds, and loads what was built. Whatever goes wrong is shown, and the next round may mend it. */
  async round(why: string): Promise<void> {
    const { stopwatch } = this.#shell
    const start = stopwatch()
    const before = this.#source.look()
    try {
      await this.#source.build()
      const builtMs = stopwatch() - start
      await this.#transpiler.prepare(this.#source.file)
      await this.#load()
      const took = timeText(stopwatch() - start)
      this.#tell('green', `${why}: built in ${timeText(builtMs)}, running after ${took}`)
    } catch (error) {
      if (!isTheirs(error)) throw error
      this.#tell('red', error instanceof Unfit ? `${basename(this.#source.file)} ${error.message}` : error.message)
      this.#tell('dim', this.#host === null ? 'waiting for a change' : 'the plugin of before goes on')
    }
    this.#look(before)
  }

  async close(): Promise<void> {
    this.#transpiler.close()
    await this.#broker?.close()
  }

  /** What was saved during a round begins another; what every round writes itself does not begin them for ever. */
  #look(before: Snapshot): void {
    const after = this.#source.look()
    const isChanged = changed(before, after) !== null
    this.seen = isChanged && !this.#wasChanged ? before : after
    this.#wasChanged = isChanged
  }

  async #load(): Promise<void> {
    const { start, json = false } = this.#options
    if (this.#host !== null && this.#broker !== null) {
      await this.#host.reload(this.#broker.name)
      return
    }
    const printer = new VerdictPrinter(this.#shell, json)
    let host: PluginHost | null = null
    const judge = (plugins: PluginHost) => {
      host = plugins
      return listening(plugins, printer, this.#shell)
    }
    const broker = await start(this.#source, judge, this.#logger(printer))
    this.#broker = broker
    this.#host = host
    const http = broker.http === null ? '' : `, HTTP on ${broker.http}`
    this.#shell.tell(`Kafka on ${broker.kafka}${http}; Ctrl-C ends it`)
  }

  #logger(printer: VerdictPrinter): Logger {
    const { clock } = this.#shell
    const write = (event: LogEvent) => printer.printLines(logLinesOf(event))
    return new Logger('blink', { level: 'debug', now: clock.now, write })
  }

  #tell(colour: 'green' | 'red' | 'dim', text: string): void {
    for (const line of text.split('\n')) this.#shell.tell(coloured(this.#shell, colour, oneLine(line)))
  }
}

/** Not a fault of ours. */
function isTheirs(error: unknown): error is Error {
  return (
    error instanceof Mistake ||
    error instanceof Unfit ||
    error instanceof PluginStartError ||
    error instanceof PluginCommandError
  )
}

function pause(ms: number, { clock }: Shell, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (interrupted.aborted) return resolve()
    const timer = clock.after(ms, done)
    function done() {
      timer.cancel()
      interrupted.removeEventListener('abort', done)
      resolve()
    }
    interrupted.addEventListener('abort', done)
  })
}
