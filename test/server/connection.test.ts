import type { Duplex } from 'node:stream'
import { duplexPair } from 'node:stream'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { type Connection as Client, hangUp } from '../../src/handlers/handler.ts'
import { FrameError } from '../../src/protocol/frames.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { type Answer, fallSilent, LastWords } from '../../src/server/answer.ts'
import { Connection, type ConnectionLimits } from '../../src/server/connection.ts'
import { suite } from '../support/suite.ts'

const test = suite('connection')

type Served = Answer | Promise<Answer>

/**
 * A client on the other end of a stream, and what the broker is asked; each request is a text, its answer one in
 * capitals.
 */
class Talk {
  readonly clock = new ManualClock()
  readonly events: LogEvent[] = []
  readonly asked: string[] = []
  readonly client: Duplex
  readonly connection: Connection
  forgotten = 0
  #heard = ''

  constructor(serve: (text: string, client: Client) => Served = echo, limits: Partial<ConnectionLimits> = {}) {
    const [client, server] = duplexPair()
    this.client = client
    client.on('data', (chunk: Buffer) => {
      this.#heard += chunk.toString()
    })
    client.on('error', () => {})
    const dispatcher = {
      serve: (frame: Buffer, client: Client) => {
        this.asked.push(frame.toString())
        return serve(frame.toString(), client)
      },
      disconnected: () => {
        this.forgotten++
      },
    }
    const logger = new Logger('t', { level: 'debug', now: () => 0, write: (event) => this.events.push(event) })
    this.connection = new Connection(server, {
      // A connection needs of its dispatcher no more than this.
      dispatcher: dispatcher as never,
      client: { nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '10.0.0.9', principal: anonymous },
      limits: { requestBytesMax: 1000, queuedResponseBytesMax: 100_000, idleMs: 60_000, ...limits },
      clock: this.clock,
      logger,
      httpPort: 30005,
    })
  }

  say(...texts: readonly string[]): void {
    this.client.write(Buffer.concat(texts.map(frame)))
  }

  /** All that was answered so far. */
  async heard(): Promise<string> {
    await settled()
    return this.#heard
  }

  get warnings(): string[] {
    return this.events.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message)
  }
}

function frame(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(text.length)
  return Buffer.concat([length, Buffer.from(text)])
}

function echo(text: string): Answer {
  return [Buffer.from(text.toUpperCase())]
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function parked(): { answer: (answer: Answer) => void; fail: (error: Error) => void; promise: Promise<Answer> } {
  let answer!: (answer: Answer) => void
  let fail!: (error: Error) => void
  const promise = new Promise<Answer>((resolve, reject) => {
    answer = resolve
    fail = reject
  })
  return { answer, fail, promise }
}

test('requests are answered in their order', async () => {
  const talk = new Talk()
  talk.say('a', 'b', 'c')
  assert.is(await talk.heard(), 'ABC')
})

test('answers to requests that came together leave together, large ones as the buffers they are', async () => {
  const chunks: number[] = []
  const large = Buffer.alloc(5000)
  const talk = new Talk((text) => (text === 'large' ? [Buffer.from('head'), large] : echo(text)))
  talk.client.on('data', ({ length }: Buffer) => chunks.push(length))
  talk.say('a', 'b', 'c')
  talk.say('d', 'large', 'e', 'f')
  await talk.heard()
  assert.equal(chunks, [3, 1, 4, 5000, 2])
})

test('what was answered before nonsense still reaches the client', async () => {
  const talk = new Talk((text) => {
    if (text === 'x') throw new FrameError('a length beyond the message')
    return echo(text)
  })
  talk.say('a', 'b', 'x', 'c')
  await talk.connection.closed
  assert.is(await talk.heard(), 'AB')
  assert.equal(talk.asked, ['a', 'b', 'x'])
})

test('half an answer follows what was answered before it, and is the last', async () => {
  const talk = new Talk((text) => (text === 'cut' ? new LastWords(Buffer.from('CU')) : echo(text)))
  talk.say('a', 'cut', 'b')
  await talk.connection.closed
  assert.is(await talk.heard(), 'ACU')
})

test('what was answered before the connection falls silent is heard', async () => {
  const talk = new Talk((text) => (text === 'hush' ? fallSilent : echo(text)))
  talk.say('a', 'hush', 'b')
  assert.is(await talk.heard(), 'A')
})

test('a request that arrives byte by byte is answered once', async () => {
  const talk = new Talk()
  for (const byte of frame('hello')) talk.client.write(Buffer.from([byte]))
  assert.is(await talk.heard(), 'HELLO')
})

test('while one request is parked, those behind it wait and keep their order', async () => {
  const late = parked()
  const talk = new Talk((text) => (text === 'slow' ? late.promise : echo(text)))
  talk.say('a', 'slow', 'b')
  talk.say('c')
  assert.is(await talk.heard(), 'A')
  assert.equal(talk.asked, ['a', 'slow'])
  late.answer([Buffer.from('SLOW')])
  assert.is(await talk.heard(), 'ASLOWBC')
})

test('a request without an answer does not hold up the next', async () => {
  const talk = new Talk((text) => (text === 'quiet' ? null : echo(text)))
  talk.say('quiet', 'a')
  assert.is(await talk.heard(), 'A')
})

test('a request that wants no answer and is refused ends the connection', async () => {
  const talk = new Talk((text) => (text === 'bad' ? hangUp : echo(text)))
  talk.say('a', 'bad', 'b')
  await talk.connection.closed
  assert.equal(talk.asked, ['a', 'bad'])
  assert.equal(talk.warnings, [])
})

test('a length beyond the limit ends the connection with one line that says so', async () => {
  const talk = new Talk()
  talk.client.write(Buffer.from('7fffffff', 'hex'))
  await talk.connection.closed
  assert.is(talk.warnings.length, 1)
  assert.match(talk.warnings.join(), /malformed request: a request of 2147483647 bytes, where 0 to 1000 are allowed/)
})

test('so does a negative length', async () => {
  const talk = new Talk()
  talk.client.write(Buffer.from('ffffffff', 'hex'))
  await talk.connection.closed
  assert.match(talk.warnings.join(), /malformed request: a request of -1 bytes/)
})

test('nonsense inside a request ends the connection with one line', async () => {
  const talk = new Talk(() => {
    throw new FrameError('a length beyond the message')
  })
  talk.say('x')
  await talk.connection.closed
  assert.equal(talk.warnings, ['closed a connection: malformed request: a length beyond the message'])
})

test('a bug ends the connection with an error that asks to be reported', async () => {
  const talk = new Talk(() => {
    throw new RangeError('a bug may be of any kind')
  })
  talk.say('x')
  await talk.connection.closed
  assert.match(talk.warnings.join(), /please report this/)
  assert.ok(talk.events.at(-1)?.fields['error'] instanceof RangeError)
})

test('so does a bug that shows itself late', async () => {
  const late = parked()
  const talk = new Talk(() => late.promise)
  talk.say('x')
  await settled()
  late.fail(new Error('late'))
  await talk.connection.closed
  assert.match(talk.warnings.join(), /please report this/)
})

test('an HTTP request is answered in HTTP and the connection ends', async () => {
  const talk = new Talk()
  talk.client.write('GET / HTTP/1.1\r\n\r\n')
  await talk.connection.closed
  assert.match(await talk.heard(), /^HTTP\/1\.1 400 .*HTTP is served on port 30005/s)
  assert.equal(talk.asked, [])
})

test('a TLS handshake gets no answer but a line that says what to set', async () => {
  const talk = new Talk()
  talk.client.write(Buffer.from('160301006401', 'hex'))
  await talk.connection.closed
  assert.is(await talk.heard(), '')
  assert.match(talk.warnings.join(), /security\.protocol=PLAINTEXT/)
})

test('what follows the greeting of a stranger is not taken for requests', async () => {
  const talk = new Talk()
  talk.client.write('POST / HTTP/1.1\r\n\r\n')
  talk.client.write(frame('a'))
  await talk.connection.closed
  await settled()
  assert.equal(talk.asked, [])
  assert.is(talk.warnings.length, 1)
})

test('a client that ends its side still gets what was answered', async () => {
  const talk = new Talk()
  talk.say('a', 'b')
  talk.client.end()
  await talk.connection.closed
  assert.is(await talk.heard(), 'AB')
})

test('a client that does not read its answers is not served more until it does', async () => {
  const answer = Buffer.alloc(40_000, 'x')
  const talk = new Talk(() => [answer], { queuedResponseBytesMax: 60_000 })
  talk.client.pause()
  talk.say(...Array.from({ length: 20 }, () => 'q'))
  await settled()
  const served = talk.asked.length
  assert.ok(served < 20, `${served} of 20 served`)
  talk.client.resume()
  assert.is((await talk.heard()).length, 20 * answer.length)
  assert.is(talk.asked.length, 20)
})

test('a quiet connection is closed after its idle time, one that talks is not', async () => {
  const talk = new Talk()
  talk.say('a')
  await settled()
  talk.clock.advance(60_000)
  talk.say('b')
  assert.is(await talk.heard(), 'AB')
  talk.clock.advance(60_000)
  talk.clock.advance(60_000)
  await talk.connection.closed
})

test('a parked request keeps its connection open however long it waits', async () => {
  const late = parked()
  const talk = new Talk(() => late.promise)
  talk.say('x')
  await settled()
  talk.clock.advance(600_000)
  late.answer([Buffer.from('X')])
  assert.is(await talk.heard(), 'X')
})

test('closing answers the request in hand and takes up no other', async () => {
  const late = parked()
  const talk = new Talk((text) => (text === 'slow' ? late.promise : echo(text)))
  talk.say('slow', 'b')
  await settled()
  talk.connection.close()
  late.answer([Buffer.from('SLOW')])
  await talk.connection.closed
  assert.is(await talk.heard(), 'SLOW')
  assert.equal(talk.asked, ['slow'])
})

/** Mutes its client when told to. */
function muting(text: string, client: Client): Answer {
  if (text === 'mute') client.muteMs = 500
  return text === 'silence' ? null : echo(text)
}

test('who is muted is answered, and his next request is taken up when the time is over', async () => {
  const talk = new Talk(muting)
  talk.say('mute', 'b')
  assert.is(await talk.heard(), 'MUTE')
  talk.say('c')
  talk.clock.advance(499)
  assert.is(await talk.heard(), 'MUTE')
  assert.equal(talk.asked, ['mute'])
  talk.clock.advance(1)
  assert.is(await talk.heard(), 'MUTEBC', 'and the mute is for once')
})

test('a late answer mutes as one that comes at once', async () => {
  const late = parked()
  const talk = new Talk((text, client) => {
    if (text !== 'slow') return echo(text)
    client.muteMs = 100
    return late.promise
  })
  talk.say('slow', 'b')
  await settled()
  late.answer([Buffer.from('SLOW')])
  assert.is(await talk.heard(), 'SLOW')
  talk.clock.advance(100)
  assert.is(await talk.heard(), 'SLOWB')
})

test('a muted connection is not idle, and can be closed', async () => {
  const talk = new Talk((text, client) => {
    client.muteMs = 1_000_000
    return echo(text)
  })
  talk.say('mute')
  await settled()
  for (let tick = 0; tick < 3; tick++) talk.clock.advance(60_000)
  await settled()
  assert.is(talk.forgotten, 0)
  talk.connection.close()
  await talk.connection.closed
})

test('closing an idle connection ends it at once', async () => {
  const talk = new Talk()
  talk.connection.close()
  await talk.connection.closed
})

test('a client that leaves while its request is parked is forgotten, and its late answer harms nobody', async () => {
  const late = parked()
  const talk = new Talk(() => late.promise)
  talk.say('x')
  await settled()
  talk.client.end()
  await talk.connection.closed
  assert.is(talk.forgotten, 1)
  late.answer([Buffer.from('X')])
  await settled()
  assert.equal(talk.warnings, [])
})

test.run()
