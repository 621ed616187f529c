/**
 * One client. Its requests are handled one after another, as in Kafka: the next is taken up when the answer to the last
 * is on its way. Meanwhile nothing more is read, which is also the back-pressure; a client that does not read its
 * answers is not served more.
 */
import type { Duplex } from 'node:stream'
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { type Connection as Client, hangUp } from '../handlers/handler.ts'
import { FrameError, FrameReader } from '../protocol/frames.ts'
import { type Answer, fallSilent, LastWords } from './answer.ts'
import { readInto } from './direct-reads.ts'
import type { RequestServer } from './sasl-gate.ts'
import { strangerGreeting } from './strangers.ts'

export interface ConnectionLimits {
  /** Looked at for each request: who has not logged in yet may send less. */
  readonly requestBytesMax: number
  /** Answers that the client has not read yet; beyond, its next request waits. */
  readonly queuedResponseBytesMax: number
  readonly idleMs: number
}

export interface ConnectionOptions {
  readonly dispatcher: RequestServer
  readonly client: Client
  readonly limits: ConnectionLimits
  readonly clock: Clock
  readonly logger: Logger
  /** Where a browser or another stranger is sent to. */
  readonly httpPort: number | null
}

/** Answers wait for those beside them up to so many bytes, which are then copied into one buffer. */
const togetherBytesMax = 4096

export class Connection {
  readonly #stream: Duplex
  readonly #options: ConnectionOptions
  readonly #frames: FrameReader
  readonly #closed: Promise<void>
  #isBusy = false // A request is being handled.
  #isFirst = true // No bytes came yet.
  #isClosing = false // Answer what is in hand, then end.
  #isSilent = false // A fault has it that nothing is heard from it any more.
  #muted: Timer | null = null // Throttled: nothing is taken up until it has run.
  #isBegun = false // Bytes of a request came since the last tick of the idle timer.
  readonly #idle: Timer
  /** Answers to requests that came together: they leave together, since a write costs more than most requests do. */
  #outgoing: Buffer[] = []
  #outgoingBytes = 0

  constructor(accepted: Duplex, options: ConnectionOptions) {
    this.#options = options
    this.#frames = new FrameReader(options.limits)
    const stream = readInto({ room: () => this.#frames.room(), push: (bytes) => this.#receive(bytes) }, accepted)
    this.#stream = stream
    this.#idle = options.clock.every(options.limits.idleMs, () => this.#endIfIdle())
    this.#closed = new Promise((resolve) => {
      stream.on('close', () => {
        this.#idle.cancel()
        this.#muted?.cancel()
        options.dispatcher.disconnected(options.client)
        resolve()
      })
    })
    stream.on('drain', () => this.#serveAll())
    stream.on('end', () => this.#clientEnded())
    stream.on('error', (error) => options.logger.debug('connection lost', { peer: this.#peer, error: error.message }))
  }

  get closed(): Promise<void> {
    return this.#closed
  }

  /** Ends the connection once the request in hand is answered. */
  close(): void {
    this.#isClosing = true
    if (!this.#isBusy) this.#end()
  }

  /** Ends it now, whatever is in hand. */
  destroy(): void {
    this.#stream.destroy()
  }

  #receive(bytes: Buffer): void {
    if (this.#isClosing || this.#isSilent) return
    this.#isBegun = true
    if (this.#isFirst) {
      this.#isFirst = false
      const greeting = strangerGreeting(bytes, this.#options.httpPort)
      if (greeting !== null) {
        this.#turnAway(greeting)
        return
      }
    }
    this.#frames.push(bytes)
    if (this.#isBusy) {
      this.#frames.keepRest()
      this.#stream.pause()
    } else this.#serveAll()
  }

  #serveAll(): void {
    try {
      while (this.#isReady) {
        const frame = this.#frames.next()
        if (frame === null) break
        this.#serve(frame)
      }
      this.#flush()
    } catch (error) {
      this.#fail(error)
    }
    this.#frames.keepRest()
    if (!this.#isBusy && !this.#isFull && this.#muted === null && this.#stream.isPaused()) this.#stream.resume()
  }

  #serve(frame: Buffer): void {
    const answer = this.#options.dispatcher.serve(frame, this.#options.client)
    if (!(answer instanceof Promise)) {
      this.#send(answer)
      return
    }
    this.#isBusy = true
    answer.then(
      (late) => {
        this.#isBusy = false
        this.#send(late)
        this.#serveAll()
      },
      (error) => this.#fail(error),
    )
  }

  #send(answer: Answer): void {
    if (answer === hangUp) this.#hangUp()
    else if (answer === fallSilent) this.#isSilent = true
    else if (answer instanceof LastWords) this.#endWith(answer)
    else if (answer !== null && !this.#stream.destroyed) this.#write(answer)
    if (this.#isClosing) this.#end()
    else if (this.#options.client.muteMs !== undefined) this.#mute(this.#options.client.muteMs)
  }

  #mute(muteMs: number): void {
    delete this.#options.client.muteMs
    this.#stream.pause()
    this.#muted = this.#options.clock.after(muteMs, () => {
      this.#muted = null
      this.#serveAll()
    })
  }

  #write(parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.#outgoing.push(part)
      this.#outgoingBytes += part.length
    }
    if (this.#outgoingBytes > togetherBytesMax) this.#flush()
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return
    const parts = this.#outgoingBytes <= togetherBytesMax ? [Buffer.concat(this.#outgoing)] : this.#outgoing
    this.#outgoing = []
    this.#outgoingBytes = 0
    if (this.#stream.destroyed) return
    this.#stream.cork()
    for (const part of parts) this.#stream.write(part)
    this.#stream.uncork()
    if (this.#isFull) this.#stream.pause()
  }

  get #isReady(): boolean {
    if (this.#isSilent) return false
    return !this.#isBusy && this.#muted === null && !this.#isClosing && !this.#isFull && !this.#stream.destroyed
  }

  /** Never below the stream's own mark, from which on it tells when it has drained. */
  get #isFull(): boolean {
    const { writableLength, writableHighWaterMark } = this.#stream
    return writableLength > Math.max(this.#options.limits.queuedResponseBytesMax, writableHighWaterMark)
  }

  get #peer(): string {
    return this.#options.client.remoteAddress
  }

  #turnAway({ what, answer }: { what: string; answer: string | null }): void {
    this.#options.logger.warn(`closed a connection: ${what}`, { peer: this.#peer })
    if (answer !== null) this.#stream.write(answer)
    this.#isClosing = true
    this.#end()
  }

  #endWith({ bytes }: LastWords): void {
    this.#write([bytes])
    this.#isClosing = true
  }

  #hangUp(): void {
    this.#flush()
    this.#options.logger.debug('closed a connection: what wants no answer was refused', { peer: this.#peer })
    this.#stream.destroy()
  }

  /** Once everything is written: a client that does not end its side would keep the connection half open for ever. */
  #end(): void {
    this.#flush()
    this.#stream.end(() => this.#stream.destroy())
  }

  /** It may have gone for good, so nothing is kept waiting for it; what was answered is still sent. */
  #clientEnded(): void {
    if (this.#isBusy) this.#stream.destroy()
    else this.close()
  }

  /** Nonsense closes the connection with one line; a bug closes it too, but with its stack. */
  #fail(error: unknown): void {
    const { logger } = this.#options
    if (error instanceof FrameError) {
      logger.warn(`closed a connection: malformed request: ${error.message}`, { peer: this.#peer })
    } else {
      logger.error('closed a connection: a request could not be handled; please report this', {
        peer: this.#peer,
        error,
      })
    }
    this.#flush()
    this.#stream.destroy()
  }

  #endIfIdle(): void {
    if (!this.#isBegun && !this.#isBusy && this.#muted === null) {
      this.#options.logger.debug('closed an idle connection', { peer: this.#peer })
      this.close()
    }
    this.#isBegun = false
  }
}
