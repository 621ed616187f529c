import * as assert from 'uvu/assert'
import { Authentication } from '../../src/authentication/authentication.ts'
import { SaslSession } from '../../src/authentication/sasl-session.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { type Connection, hangUp } from '../../src/handlers/handler.ts'
import { anonymous, type Principal } from '../../src/protocol/principal.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { saslAuthenticate } from '../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../src/protocol/messages/sasl-handshake.ts'
import type { Api, Fields } from '../../src/protocol/schema.ts'
import { type Answer, LastWords } from '../../src/server/answer.ts'
import { SaslGate } from '../../src/server/sasl-gate.ts'
import { decodeAnswer, encodeRequest, type Sparse, testBroker } from '../support/broker.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('sasl-gate')

const delayMs = 100
const softwareNames = { clientSoftwareName: 'a', clientSoftwareVersion: '1' }
const alice = { authBytes: Buffer.from('\0alice\0a') }
const wrong = { authBytes: Buffer.from('\0alice\0b') }

/** A connection of which only the gate is looked at. */
function open({ after }: Cleanup, reauthenticationMs = 0) {
  const broker = testBroker()
  after(() => broker.close())
  const machine = new ManualClock()
  const events: LogEvent[] = []
  const authentication = new Authentication(
    {
      mechanisms: ['PLAIN'],
      users: [{ name: 'alice', password: 'a' }],
      tokenJudge: async () => ({ status: 'invalid_token', reason: '' }),
      reauthenticationMs,
      delegationTokens: { secret: null, maxLifetimeMs: 1, expiryMs: 1 },
    },
    { clock: broker.clock, random: new SeededRandom(1) },
  )
  const client = { nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '10.0.0.9', principal: anonymous as Principal }
  const session = new SaslSession(authentication, ({ principal }) => {
    client.principal = principal
  })
  const connection: Connection = Object.assign(client, { sasl: session })
  const gate = new SaslGate({
    inner: broker.dispatcher,
    session,
    time: broker.cluster.clock,
    clock: machine,
    failureDelayMs: delayMs,
    loginMs: 30_000,
    bytesMax: { before: 500, after: 1000 },
    logger: new Logger('t', { level: 'debug', now: () => 0, write: (event) => events.push(event) }),
  })
  const serve = async (frame: Buffer): Promise<Answer> => {
    const answering = Promise.resolve(gate.serve(frame, connection))
    let isLate = false
    void answering.then(() => (isLate = true))
    for (let turn = 0; turn < 8 && !isLate; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (!isLate) machine.advance(delayMs)
    return answering
  }
  const send = <Q extends Fields>(api: Api<Q>, version: number, message: Sparse<Q>) =>
    serve(encodeRequest(api, version, message, 'c'))
  return { ...broker, machine, events, session, connection, gate, serve, send }
}

function isAnswered(answer: Answer): boolean {
  return Array.isArray(answer)
}

test('after versions, mechanism and password a client is served as who it is', async (cleanup) => {
  const { send, connection, gate } = open(cleanup)
  assert.ok(isAnswered(await send(apiVersions, 3, softwareNames)))
  assert.is(gate.requestBytesMax, 500)
  assert.ok(isAnswered(await send(saslHandshake, 1, { mechanism: 'PLAIN' })))
  const answer = decodeAnswer(saslAuthenticate, 2, await send(saslAuthenticate, 2, alice))
  assert.is(answer.errorCode, 0)
  assert.equal(connection.principal, { type: 'User', name: 'alice' })
  assert.is(gate.requestBytesMax, 1000)
  assert.ok(isAnswered(await send(listGroups, 4, {})))
})

test('a wrong password is answered after a while, and that is the last', async (cleanup) => {
  const { send, events } = open(cleanup)
  await send(saslHandshake, 1, { mechanism: 'PLAIN' })
  const answer = await send(saslAuthenticate, 2, wrong)
  assert.instance(answer, LastWords)
  const said = decodeAnswer(saslAuthenticate, 2, [(answer as LastWords).bytes])
  assert.is(said.errorMessage, 'Authentication failed: wrong user name or password')
  assert.match(events.at(-1)!.message, /could not log in: Authentication failed/)
  assert.not.match(JSON.stringify(events), /alice/, 'what was sent is not logged')
})

type Step = readonly [api: Api, version: number, message: object]
const versions: Step = [apiVersions, 3, softwareNames]
const naming: Step = [saslHandshake, 1, { mechanism: 'PLAIN' }]
const outOfTurn: readonly (readonly [title: string, before: readonly Step[], last: Step])[] = [
  ['a request before all', [], [listGroups, 4, {}]],
  ['a request after versions', [versions], [listGroups, 4, {}]],
  ['a token before a mechanism', [versions], [saslAuthenticate, 2, alice]],
  ['versions asked for twice', [versions], versions],
]

for (const [title, before, last] of outOfTurn) {
  test(`${title} ends the connection`, async (cleanup) => {
    const { send, session } = open(cleanup)
    for (const step of before) assert.ok(isAnswered(await send(...step)))
    assert.is(await send(...last), hangUp)
    assert.is(session.stage, 'failed')
  })
}

test('who is asked for a token and sends another request hears what is wrong, and no more', async (cleanup) => {
  for (const [step, errorIn] of [
    [[listGroups, 4, {}], listGroups],
    [naming, saslHandshake],
  ] as const) {
    const { send } = open(cleanup)
    await send(...naming)
    const answer = await send(...(step as Step))
    assert.instance(answer, LastWords)
    const [, version] = step as Step
    const said = decodeAnswer(errorIn as Api, version, [(answer as LastWords).bytes])
    assert.is((said as { errorCode: number }).errorCode, 34)
  }
})

test('versions may be asked for again when they were asked for in vain', async (cleanup) => {
  const { send } = open(cleanup)
  await send(apiVersions, 3, { clientSoftwareName: '-', clientSoftwareVersion: '1' })
  assert.ok(isAnswered(await send(...versions)))
})

test('after a handshake of version 0 tokens and answers have only a length before them', async (cleanup) => {
  const { send, serve, connection } = open(cleanup)
  await send(saslHandshake, 0, { mechanism: 'PLAIN' })
  assert.equal(await serve(Buffer.from('\0alice\0a')), [Buffer.alloc(4), Buffer.alloc(0)])
  assert.is(connection.principal.name, 'alice')
})

test('and a wrong one is told by the end of the connection', async (cleanup) => {
  const { send, serve } = open(cleanup)
  await send(saslHandshake, 0, { mechanism: 'PLAIN' })
  assert.is(await serve(Buffer.from('\0alice\0b')), hangUp)
})

test('who is in and names a mechanism hears that it is too late for that, and is served further', async (cleanup) => {
  const { send } = open(cleanup)
  await send(...naming)
  await send(saslAuthenticate, 2, alice)
  assert.is(decodeAnswer(saslHandshake, 1, await send(...naming)).errorCode, 34)
  assert.is(decodeAnswer(saslAuthenticate, 2, await send(saslAuthenticate, 2, alice)).errorCode, 34)
  assert.ok(isAnswered(await send(listGroups, 4, {})))
})

test('after a login has expired a request ends the connection, unless it begins another login', async (cleanup) => {
  const { send, clock } = open(cleanup, 60_000)
  await send(...naming)
  const { sessionLifetimeMs } = decodeAnswer(saslAuthenticate, 2, await send(saslAuthenticate, 2, alice))
  assert.is(sessionLifetimeMs, 60_000)
  clock.advance(60_001)
  assert.ok(isAnswered(await send(...naming)))
  assert.ok(isAnswered(await send(saslAuthenticate, 2, alice)))
  assert.ok(isAnswered(await send(listGroups, 4, {})))
  clock.advance(60_001)
  assert.is(await send(listGroups, 4, {}), hangUp)
})

test('who takes too long to log in is cut off, who is in is not', async (cleanup) => {
  const { send, gate, machine } = open(cleanup)
  let isCut = false
  gate.whenLate(() => (isCut = true))
  machine.advance(29_999)
  await send(...naming)
  await send(saslAuthenticate, 2, alice)
  machine.advance(1)
  assert.is(isCut, false)
  const other = open(cleanup)
  other.gate.whenLate(() => (isCut = true))
  other.machine.advance(30_000)
  assert.is(isCut, true)
})

test.run()
