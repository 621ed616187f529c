/**
 * `blink plugin dev`: a broker with the plugin in it, which is built and loaded anew whenever a source is saved. A build
 * that fails is shown, and the plugin of before goes on.
 */
import { existsSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Judge } from '../handlers/intake.ts'
import { type LogEvent, Logger } from '../base/logger.ts'
import { PluginCommandError, type PluginHost, PluginStartError } from '../plugins/host.ts'
import { buildProject } from './build.ts'
import { listening } from './listening.ts'
import { type Project, readProject } from './project.ts'
import { coloured, type ExitCode, Mistake, type Shell } from './shell.ts'
import { changed, fileSnapshot, projectSnapshot, type Snapshot } from './sources.ts'
import { oneLine, timeText } from './table.ts'
import { logLinesOf } from './trial.ts'
import { VerdictPrinter } from './verdict-printer.ts'

/** A broker that runs, as far as this command knows it. */
export interface DevBroker {
  readonly kafka: string
  /** Null when HTTP is off. */
  readonly http: string | null
  close(): Promise<void>
}

export interface DevOptions {
  /** A component, a script, or the folder of a project. */
  readonly what: string
  /** Its name in settings. */
  readonly name: string
  /** Starts a broker with the plugin in this file. */
  readonly start: (file: string, judge: (plugins: PluginHost) => Judge, logger: Logger) => Promise<DevBroker>
  readonly json?: boolean
  /** Ctrl-C. */
  readonly interrupted: AbortSignal
}

/** Short enough that nobody waits for it, long enough that looking costs nothing. */
const lookMs = 100

/** What is watched, and how it becomes a file to load. */
export interface Source {
  readonly file: string
  look(): Snapshot
  /** Throws Mistake. */
  build(): Promise<void>
}

export async function devPlugin(options: DevOptions, shell: Shell): Promise<ExitCode> {
  const source = sourceOf(resolve(shell.folder, options.what), shell)
  const session = new Session(source, options, shell)
  await session.round('starting')
  while (!options.interrupted.aborted) {
    await pause(lookMs, shell, options.interrupted)
    const path = changed(session.seen, source.look())
    if (path !== null) await session.round(relative(shell.folder, path))
  }
  await session.close()
  return 0
}

export function sourceOf(path: string, shell: Shell): Source {
  if (!existsSync(path)) throw new Mistake(`${path} is not there: name a plugin's file or the folder of its project`, 2)
  if (!statSync(path).isDirectory()) {
    return { file: path, look: () => fileSnapshot(path), build: async () => {} }
  }
  let project: Project = readProject(path)
  return {
    file: resolve(path, project.out),
    look: () => projectSnapshot(project),
    async build() {
      project = readProject(path)
      await buildProject(project, shell)
    },
  }
}

class Session {
  /** What the next look is to be held against. */
  seen: Snapshot
  readonly #source: Source
  readonly #options: DevOptions
  readonly #shell: Shell
  #broker: DevBroker | null = null
  #host: PluginHost | null = null
  /** Sources were other ones after the last round than before it. */
  #wasChanged = false

  constructor(source: Source, options: DevOptions, shell: Shell) {
    this.#source = source
    this.#options = options
    this.#shell = shell
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
      await this.#load()
      const took = timeText(stopwatch() - start)
      this.#tell('green', `${why}: built in ${timeText(builtMs)}, running after ${took}`)
    } catch (error) {
      if (!isTheirs(error)) throw error
      this.#tell('red', error.message)
      this.#tell('dim', this.#host === null ? 'waiting for a change' : 'the plugin of before goes on')
    }
    this.#look(before)
  }

  async close(): Promise<void> {
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
    const { name, start, json = false } = this.#options
    if (this.#host !== null) {
      await this.#host.reload(name)
      return
    }
    const printer = new VerdictPrinter(this.#shell, json)
    let host: PluginHost | null = null
    const judge = (plugins: PluginHost) => {
      host = plugins
      return listening(plugins, printer, this.#shell)
    }
    const broker = await start(this.#source.file, judge, this.#logger(printer))
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
  return error instanceof Mistake || error instanceof PluginStartError || error instanceof PluginCommandError
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
