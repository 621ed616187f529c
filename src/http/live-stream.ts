/**
 * What happens from now on, to one client: as server-sent events, or as JSON a line. The client draws what it gets, so
 * nothing is kept for one that reads slowly; what a source cannot give any more is counted, and the client told so.
 */
import { setMaxListeners } from 'node:events'
import type { Context } from 'hono'
import type { Clock } from '../base/clock.ts'
import { accepts } from './accepts.ts'
import { HttpError } from './errors.ts'

export interface Taken {
  /** Each is one event. */
  readonly items: readonly unknown[]
  /** How many came but cannot be given any more. */
  readonly dropped: number
  /** From where to go on after these, for a client that comes back with it. */
  readonly id?: string
  /** Why nothing will come any more. */
  readonly end?: string
}

/** Asked for what there is, again and again. */
export interface LiveSource {
  take(): Promise<Taken>
  /** Calls `wake` when there is more, until the returned function is called. */
  onChange(wake: () => void): () => void
}

/** Each holds a connection. */
export const liveStreamsMax = 100
/** So that a client, and whatever stands between, knows that the connection lives. */
export const heartbeatMs = 15_000

const eventStream = 'text/event-stream'
const lines = 'application/x-ndjson'

/** The streams of an app: bounded in number, ended when Blink stops. */
export class LiveStreams {
  readonly #clock: Clock
  readonly #stopping: AbortSignal
  #count = 0

  constructor(clock: Clock, stopping: AbortSignal) {
    this.#clock = clock
    this.#stopping = stopping
    // Every stream waits for it; Node would take so many for a leak.
    setMaxListeners(0, stopping)
  }

  get count(): number {
    return this.#count
  }

  /** `name` is what an item is called in a line. */
  answer(c: Context, name: string, open: () => LiveSource): Response {
    const format = accepts(c, eventStream) ? asEvents : asLines(name)
    const headers = { 'Content-Type': `${format.type}; charset=utf-8` }
    // hono answers HEAD by GET and throws the body away, unread: nobody would ever end it.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    if (this.#count >= liveStreamsMax) {
      const message = `${liveStreamsMax} clients follow already; end one, or read what there is`
      throw new HttpError(503, 'too_many_followers', message)
    }
    this.#count++
    const end = () => {
      this.#count--
    }
    return c.body(streamOf(open(), format, this.#clock, [this.#stopping, c.req.raw.signal], end), 200, headers)
  }
}

interface Format {
  readonly type: string
  readonly item: (item: unknown, id: string | undefined) => string
  readonly event: (name: string, data: unknown) => string
  readonly heartbeat: string
}

const asEvents: Format = {
  type: eventStream,
  item: (item, id) => `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(item)}\n\n`,
  event: (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`,
  heartbeat: ': still here\n\n',
}

function asLines(name: string): Format {
  return {
    type: lines,
    item: (item) => `${JSON.stringify({ [name]: item })}\n`,
    event: (_, data) => `${JSON.stringify(data)}\n`,
    heartbeat: '{}\n',
  }
}

function streamOf(
  source: LiveSource,
  format: Format,
  clock: Clock,
  ends: readonly AbortSignal[],
  onEnd: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder()
  const changes = new Changes(source, clock, ends)
  const finish = () => {
    if (changes.close()) onEnd()
  }
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const send = (text: string) => controller.enqueue(utf8.encode(text))
        try {
          for (;;) {
            const seen = changes.count
            const [stopping] = ends
            const taken: Taken = stopping?.aborted ? { items: [], dropped: 0, end: 'Blink stops' } : await source.take()
            if (changes.isClosed) return
            const text = textOf(taken, format)
            if (text !== '') send(text)
            if (taken.end !== undefined || changes.isAbandoned) {
              finish()
              controller.close()
              return
            }
            if (text !== '') return
            if (await changes.after(seen)) continue
            if (!changes.isClosed) send(format.heartbeat)
            return
          }
        } catch (error) {
          finish()
          throw error
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  )
}

function textOf({ items, dropped, id, end }: Taken, { item, event }: Format): string {
  const last = items.length - 1
  const texts = items.map((one, at) => item(one, at === last ? id : undefined))
  const missed = dropped === 0 ? '' : event('dropped', { dropped })
  return `${missed}${texts.join('')}${end === undefined ? '' : event('end', { end })}`
}

/** Waits for the next change, the next heartbeat, or an end. */
class Changes {
  readonly #clock: Clock
  readonly #ends: readonly AbortSignal[]
  readonly #unsubscribe: () => void
  readonly #wake = () => {
    this.count++
    this.#waiting?.()
  }
  #waiting: (() => void) | null = null
  #isClosed = false
  count = 0

  constructor(source: LiveSource, clock: Clock, ends: readonly AbortSignal[]) {
    this.#clock = clock
    this.#ends = ends
    this.#unsubscribe = source.onChange(this.#wake)
    for (const end of ends) end.addEventListener('abort', this.#wake)
  }

  /** Nobody reads any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }
  get isAbandoned(): boolean {
    return this.#ends.slice(1).some(({ aborted }) => aborted)
  }

  /** False: nothing changed for as long as a heartbeat. */
  async after(seen: number): Promise<boolean> {
    if (this.count > seen || this.#isClosed) return true
    let hasChanged = true
    await new Promise<void>((resolve) => {
      const timer = this.#clock.within(heartbeatMs, () => {
        hasChanged = false
        resolve()
      })
      this.#waiting = () => {
        timer.cancel()
        resolve()
      }
    })
    this.#waiting = null
    return hasChanged
  }

  /** False when it was closed before. */
  close(): boolean {
    if (this.#isClosed) return false
    this.#isClosed = true
    this.#unsubscribe()
    for (const end of this.#ends) end.removeEventListener('abort', this.#wake)
    this.#waiting?.()
    return true
  }
}
