/**
 * A plugin that is a JavaScript module: it exports `init(host)` and `onRecord(topic, partition, key, value)`, and is
 * called as one of blink:plugin@0.1 is. It runs in the plugin's thread, whose death hurts nobody else; nothing but
 * good manners keeps it from files and the network.
 */
import { type Level, levels } from '../../base/logger.ts'
import { bindingCall, guestOf } from './instance-0-1.ts'
import { changedFile } from '../loading/script-files.ts'
import { BadResult, type Guest, type ScriptCode, type Surroundings } from './instance.ts'

export interface ScriptHost {
  log(level: Level, message: string): void
  /** The plugin's `config` in settings; null when there is none. */
  readonly config: unknown
}

interface Script {
  init(host: ScriptHost): unknown
  onRecord(topic: string, partition: number, key: string | undefined, value: string): unknown
}

const portMax = 65_535

export async function scriptGuest(code: ScriptCode, surroundings: Surroundings): Promise<Guest> {
  const { environment, log } = surroundings
  const changed = changedFile(code.files)
  if (changed !== null) throw new Error(`${changed} has changed since it was loaded: reload the plugin to run it`)
  const script: Script = await import(code.url)
  for (const name of ['init', 'onRecord'] as const) {
    if (typeof script[name] !== 'function') throw new BadResult(`it does not export a function ${name}`)
  }
  const host: ScriptHost = { config: environment.config, log: (level, message) => write(level, message) }
  const write = (level: Level, message: unknown) => {
    if (!levels.includes(level)) throw new BadResult(`log level ${level}; use ${levels.join(', ')}`)
    log.write(level, String(message))
  }
  globalThis.console = consoleOf(write)
  const onRecord = (topic: string, partition: number, key: string | undefined, value: string): boolean => {
    const answer = script.onRecord(topic, partition, key, value)
    if (typeof answer === 'boolean') return answer
    throw new BadResult(`onRecord answered ${shown(answer)}; return true or false`)
  }
  return guestOf(
    {
      caller: bindingCall({ onRecord }),
      isDirect: false,
      init: () => portOf(script.init(host)),
      flush: () => {},
      memoryBytes: () => 0,
    },
    surroundings,
  )
}

function portOf(answer: unknown): number | undefined {
  if (answer === undefined || answer === null) return undefined
  if (Number.isInteger(answer) && Number(answer) > 0 && Number(answer) <= portMax) return Number(answer)
  throw new BadResult(`init answered ${shown(answer)}; return a port, or nothing`)
}

/** A promise is settled by an event loop, to which the thread never returns. */
function shown(answer: unknown): string {
  if (answer instanceof Promise) return 'a promise, and nobody waits for it: the answer must be there at once'
  return typeof answer === 'string' ? `the text ${JSON.stringify(answer)}` : String(answer)
}

/** What is printed is the plugin's log: the thread's own output goes nowhere. */
function consoleOf(write: (level: Level, message: unknown) => void): Console {
  const line =
    (level: Level) =>
    (...parts: unknown[]) =>
      write(level, parts.map(String).join(' '))
  const printing = { debug: line('debug'), log: line('info'), info: line('info'), warn: line('warn') }
  return Object.assign(Object.create(console), { ...printing, error: line('error'), trace: line('trace') })
}
