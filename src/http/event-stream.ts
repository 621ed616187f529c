/**
 * Server-sent events to one client, as fast as it reads them. What waits for it is bounded: beyond, events are dropped
 * and counted, and the client is told how many it missed.
 */
import type { Clock, Timer } from '../base/clock.ts'

/** For one client; a line of a plugin's log is at most 1 KiB. */
export const waitingEventsMax = 500
/** So that a client, and whatever stands between, knows that the connection lives. */
export const heartbeatMs = 15_000

export interface EventStreamOptions {
  readonly clock: Clock
  /** NDJSON in place of events: each is a line of JSON, which tells no name. */
  readonly isLines?: boolean
  /** Called once, when it is over, whoever ended it. */
  readonly onEnd: () => void
}

export class EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  readonly #options: EventStreamOptions
  readonly #heartbeat: Timer
  readonly #utf8 = new TextEncoder()
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  #waiting: string[] = []
  #dropped = 0
  /** The client has read all there was. */
  #isHungry = false
  #isOver = false

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        this.#controller = controller
      },
      pull: () => {
        this.#isHungry = true
        this.#flush()
      },
      cancel: () => this.#finish(),
    })
    this.#heartbeat = options.clock.every(heartbeatMs, () => {
      if (this.#isHungry) this.#write(options.isLines ? '\n' : ': still here\n\n')
    })
  }

  /** Data is sent as JSON; without a name it is a `message`, which is what EventSource listens to by itself. */
  send(data: unknown, event?: string): void {
    if (this.#isOver) return
    if (this.#waiting.length < waitingEventsMax) this.#waiting.push(this.#asText(data, event))
    else this.#dropped++
    if (this.#isHungry) this.#flush()
  }

  /** Of what `send` sends, so many did not even get here. */
  miss(count: number): void {
    if (this.#isOver) return
    this.#dropped += count
    if (this.#isHungry) this.#flush()
  }

  /** With a last event, which is not dropped, nor what waits before it. */
  end(data: unknown, event: string): void {
    if (this.#isOver) return
    this.#write(`${this.#takeWaiting()}${this.#asText(data, event)}`)
    this.#controller.close()
    this.#finish()
  }

  /** The client is gone. */
  abandon(): void {
    if (this.#isOver) return
    this.#controller.close()
    this.#finish()
  }

  #flush(): void {
    const text = this.#takeWaiting()
    if (text !== '') this.#write(text)
  }

  #takeWaiting(): string {
    const missed = this.#dropped === 0 ? '' : this.#asText({ dropped: this.#dropped }, 'dropped')
    const text = `${this.#waiting.join('')}${missed}`
    this.#waiting = []
    this.#dropped = 0
    return text
  }

  #write(text: string): void {
    // Before: a reader that waits is served within `enqueue`, and asks for more there.
    this.#isHungry = false
    this.#controller.enqueue(this.#utf8.encode(text))
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#heartbeat.cancel()
    this.#waiting = []
    this.#options.onEnd()
  }

  #asText(data: unknown, event?: string): string {
    return this.#options.isLines ? `${JSON.stringify(data)}\n` : asText(data, event)
  }
}

function asText(data: unknown, event?: string): string {
  const name = event === undefined ? '' : `event: ${event}\n`
  return `${name}data: ${JSON.stringify(data)}\n\n`
}
