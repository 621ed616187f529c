/** What commands ask of Blink over HTTP: where that is, who asks, and what its errors say. */
import { type Command, Option } from 'commander'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { durationMs } from './arguments.ts'
import { localHost, settingsHere } from './broker-options.ts'

export interface HttpOptions {
  readonly http?: string
  readonly settings?: string
  readonly token?: string
  readonly timeout?: number
  readonly json?: boolean
}

const unreachable: ExitCode = 3

export function addHttpOptions(command: Command): Command {
  const timeout = new Option('--timeout <duration>', 'how long an answer may take').default(10_000, '10s')
  return command
    .addOption(new Option('--http <url>', 'where Blink speaks HTTP (default: that of the settings)').env('BLINK_HTTP'))
    .addOption(new Option('--token <token>', 'admin_token of that Blink').env('ADMIN_TOKEN'))
    .option('-s, --settings <file>', 'the settings that say where it is (default: settings.yaml, if there is one)')
    .addOption(timeout.argParser(durationMs))
    .option('--json', 'for programs: an object a line')
}

export function httpUrl(options: HttpOptions, shell: Shell): string {
  if (options.http !== undefined) return asUrl(options.http)
  const { restPort, ...settings } = settingsHere(options, shell)
  if (restPort === null) throw new Mistake('rest_port is off: say with --http where Blink speaks HTTP', 2)
  if (restPort === 0) throw new Mistake('rest_port is 0, which is any free port: say with --http which one it was', 2)
  const host = localHost(settings)
  return `http://${host.includes(':') ? `[${host}]` : host}:${restPort}`
}

/** `localhost:30005` will do, too. */
function asUrl(text: string): string {
  const url = /^https?:\/\//.test(text) ? text : `http://${text}`
  if (!URL.canParse(url)) throw new Mistake(`--http ${text} is no address: write it as http://localhost:30005`, 2)
  return url.replace(/\/+$/, '')
}

export type Json = { readonly [name: string]: unknown }

export class HttpClient {
  readonly #url: string
  readonly #options: HttpOptions
  readonly #shell: Shell

  constructor(options: HttpOptions, shell: Shell) {
    this.#url = httpUrl(options, shell)
    this.#options = options
    this.#shell = shell
  }

  get(path: string): Promise<Json> {
    return this.#json('GET', path)
  }
  post(path: string, body?: unknown): Promise<Json> {
    return this.#json('POST', path, body)
  }
  delete(path: string): Promise<Json> {
    return this.#json('DELETE', path)
  }

  /** The data of each server-sent event, until it ends or is stopped. */
  async *events(path: string, stopped: AbortSignal): AsyncGenerator<{ readonly event: string; readonly data: Json }> {
    const headers = { accept: 'text/event-stream', connection: 'close', ...this.#authorization() }
    const answer = await this.#fetch('GET', path, { headers, signal: stopped })
    if (!answer.ok) throw await this.#refusal(answer)
    let rest = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of answer.body ?? []) {
        rest += decoder.decode(chunk, { stream: true })
        const events = rest.split('\n\n')
        rest = events.pop() ?? ''
        for (const one of events) {
          const field = (name: string) =>
            one
              .split('\n')
              .find((line) => line.startsWith(`${name}:`))
              ?.slice(name.length + 1)
          const data = field('data')
          if (data !== undefined) yield { event: field('event')?.trim() ?? 'message', data: JSON.parse(data) }
        }
      }
    } catch (error) {
      if (!stopped.aborted) throw new Mistake(`${this.#url} broke off: ${(error as Error).message}`, unreachable)
    }
  }

  async #json(method: string, path: string, body?: unknown): Promise<Json> {
    const { clock } = this.#shell
    const { timeout = 10_000 } = this.#options
    const late = new AbortController()
    const timer = clock.after(timeout, () => late.abort(new Error(`no answer within ${timeout} ms`)))
    const content = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { accept: 'application/json', connection: 'close', ...content, ...this.#authorization() }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    try {
      const answer = await this.#fetch(method, path, { headers, signal: late.signal, ...sent })
      if (!answer.ok) throw await this.#refusal(answer)
      const text = await answer.text()
      return text === '' ? {} : JSON.parse(text)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new Mistake(`${this.#url}${path} did not answer in JSON: is that Blink?`, unreachable)
    } finally {
      timer.cancel()
    }
  }

  async #fetch(method: string, path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.#url}${path}`, { method, ...init })
    } catch (error) {
      const { cause, message } = error as Error & { cause?: Error & { code?: string } }
      const why = cause?.message || cause?.code || message
      throw new Mistake(`no answer from ${this.#url}: ${why}; is Blink running?`, unreachable)
    }
  }

  async #refusal(answer: Response): Promise<Mistake> {
    const text = await answer.text()
    const { pathname } = new URL(answer.url)
    try {
      const { error } = JSON.parse(text) as { error: { code: string; message: string } }
      const remedy = error.code === 'token_missing' ? '; here: --token, or ADMIN_TOKEN in the environment' : ''
      return new Mistake(`${error.message}${remedy}`)
    } catch {
      return new Mistake(`${this.#url}${pathname} answered ${answer.status}: is that Blink?`)
    }
  }

  #authorization(): { authorization?: string } {
    const { token } = this.#options
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }
}
