/**
 * One line per event: time, level, target, what happened, then key=value. A target names who speaks, as
 * `blink::server`.
 *
 * A level that is filtered out costs one comparison; ask `isEnabled` before building a costly message.
 */
export const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

const rank: Readonly<Record<Level, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 }

export type Fields = Readonly<Record<string, unknown>>

/** One event, before it is written. */
export interface LogEvent {
  readonly timeMs: number
  readonly level: Level
  readonly target: string
  readonly message: string
  readonly fields: Fields
}

export type LogFormat = 'text' | 'json'

/** Nothing is written at `fatal`: it keeps everything out. */
export type Threshold = Level | 'fatal'
const thresholdRank: Readonly<Record<Threshold, number>> = { ...rank, fatal: 5 }
const rootTarget = 'root'

/** Which levels the loggers of one log let through; they may be altered while it is written. */
export class LogLevels {
  #root: Threshold
  /** By target. Those that have none of their own follow the root. */
  readonly #own = new Map<string, Threshold>()
  readonly #targets = new Set<string>()

  constructor(root: Level) {
    this.#root = root
  }

  /** Every logger there has been, the root first. */
  get all(): readonly (readonly [target: string, threshold: Threshold])[] {
    return [rootTarget, ...this.#targets].map((target) => [target, this.of(target)])
  }

  has(target: string): boolean {
    return target === rootTarget || this.#targets.has(target)
  }

  of(target: string): Threshold {
    return this.#own.get(target) ?? this.#root
  }

  lets(target: string, level: Level): boolean {
    return rank[level] >= thresholdRank[this.#own.size === 0 ? this.#root : this.of(target)]
  }

  know(target: string): void {
    this.#targets.add(target)
  }

  /** null: it follows the root again. */
  set(target: string, threshold: Threshold | null): void {
    if (target === rootTarget) this.#root = threshold ?? this.#root
    else if (threshold === null) this.#own.delete(target)
    else this.#own.set(target, threshold)
  }
}

export interface LoggerOptions {
  readonly level: Level
  readonly now: () => number
  readonly write: (event: LogEvent) => void
}

export class Logger {
  readonly target: string
  readonly levels: LogLevels
  readonly #options: LoggerOptions

  constructor(target: string, options: LoggerOptions, levels = new LogLevels(options.level)) {
    this.target = target
    this.levels = levels
    this.#options = options
    levels.know(target)
  }

  /** The same log under another name. */
  for(target: string): Logger {
    return new Logger(target, this.#options, this.levels)
  }

  isEnabled(level: Level): boolean {
    return this.levels.lets(this.target, level)
  }

  log(level: Level, message: string, fields: Fields = {}): void {
    if (!this.isEnabled(level)) return
    this.#options.write({ timeMs: this.#options.now(), level, target: this.target, message, fields })
  }
  trace(message: string, fields?: Fields): void {
    this.log('trace', message, fields)
  }
  debug(message: string, fields?: Fields): void {
    this.log('debug', message, fields)
  }
  info(message: string, fields?: Fields): void {
    this.log('info', message, fields)
  }
  warn(message: string, fields?: Fields): void {
    this.log('warn', message, fields)
  }
  error(message: string, fields?: Fields): void {
    this.log('error', message, fields)
  }
}

/** A logger that says nothing. */
export const silent = new Logger('', { level: 'error', now: () => 0, write: () => {} })

/** Writes events as lines to a stream, normally standard error: standard output belongs to commands. */
export function lineWriter(stream: { write(line: string): unknown }, format: LogFormat): (event: LogEvent) => void {
  return format === 'json'
    ? (event) => stream.write(`${jsonLine(event)}\n`)
    : (event) => stream.write(`${textLine(event)}\n`)
}

export function textLine({ timeMs, level, target, message, fields }: LogEvent): string {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${printed(value)}`)
  return `${new Date(timeMs).toISOString()} ${level.toUpperCase()} ${target}: ${oneLine(message)}${pairs.join('')}`
}

export function jsonLine({ timeMs, level, target, message, fields }: LogEvent): string {
  const head = { time: new Date(timeMs).toISOString(), level: level.toUpperCase(), target, message }
  const pairs = Object.entries(fields).map(([key, value]) => [key, plain(value)])
  // The head twice: it comes first, and no field can take its place.
  return JSON.stringify({ ...head, ...Object.fromEntries(pairs), ...head })
}

function printed(value: unknown): string {
  const known = plain(value)
  const text = typeof known === 'string' ? known : JSON.stringify(known)
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : oneLine(JSON.stringify(text))
}

/** What JSON can say of a value. A log line must not fail for what it is given. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return String(value) // undefined, bigint, a circular object.
  }
}

/** An event is one line whatever it quotes; a client or a plugin cannot forge a second one, nor move the cursor. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
