/**
 * A talk with a broker where clients log in: what was asked, and what came of it, written so that two can be compared.
 */
import { setTimeout } from 'node:timers/promises'
import {
  clientKey,
  saltedPassword,
  type ScramMechanism,
  signature,
  storedKey,
  xor,
} from '../../../src/protocol/scram.ts'
import { alterUserScramCredentials } from '../../../src/protocol/messages/alter-user-scram-credentials.ts'
import { apiVersions } from '../../../src/protocol/messages/api-versions.ts'
import { saslAuthenticate } from '../../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../../src/protocol/messages/sasl-handshake.ts'
import type { Api } from '../../../src/protocol/schema.ts'
import { complete } from '../../support/broker.ts'
import { type Message, type Outcome, Side } from '../differential/side.ts'

export interface Said {
  readonly asked: string
  readonly answer: string
}

export interface Held {
  readonly title: string
  readonly hold: (talk: Talk) => Promise<void>
}

/** Of fields that are each broker's own, as is the wording of sentences, only whether there is something. */
const own = new Set([
  ...['tokenId', 'hmac', 'issueTimestamp', 'issueTimestampMs', 'apiKeys', 'throttleTimeMs', 'errorMessage'],
])
/** What each broker has is another matter. */
const features = new Set(['supportedFeatures', 'finalizedFeatures', 'finalizedFeaturesEpoch'])
/** Times: their distance from now, to the second. */
const times = /^(expiry|max)Timestamp(Ms)?$/
const iterations = 4096
const settleMs = 15_000
const pollMs = 100

export class Talk {
  readonly said: Said[] = []
  #side: Side
  #isOver = false

  constructor(address: string) {
    this.#side = new Side(address, address)
  }

  /** For SCRAM, by a port where nobody has to log in. */
  static async makeUsers(side: Side, users: readonly { readonly name: string; readonly password: string }[]) {
    const upsertions = users.flatMap(({ name, password }) =>
      (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism, at) => {
        const salt = Buffer.from(`salt of ${name}`)
        return {
          name,
          mechanism: at + 1,
          iterations,
          salt,
          saltedPassword: saltedPassword(mechanism, password, salt, iterations),
        }
      }),
    )
    for (const one of upsertions) {
      await side.ask(
        alterUserScramCredentials,
        0,
        complete(alterUserScramCredentials.request, { deletions: [], upsertions: [one] }),
      )
    }
  }

  close(): void {
    this.#side.close()
  }

  /** On a new connection. */
  again(): void {
    this.#side.close()
    this.#isOver = false
  }

  /** What comes after the end of a connection is not asked any more. Null: no answer. */
  async ask(api: Api, version: number, message: Message, hidden: readonly string[] = []): Promise<Message | null> {
    if (this.#isOver) return null
    const outcome = await this.#side.ask(api, version, complete(api.request, message))
    this.#note(`${api.name} v${version}`, outcome, hidden)
    return outcome.kind === 'answer' ? outcome.message : null
  }

  /** Asked until it is so, which is not noted: Kafka makes known only after it has answered. */
  async until(api: Api, version: number, message: Message, isSo: (answer: Message) => boolean): Promise<void> {
    const deadlineMs = performance.now() + settleMs
    while (!this.#isOver && performance.now() < deadlineMs) {
      const outcome = await this.#side.ask(api, version, complete(api.request, message))
      if (outcome.kind === 'answer' && isSo(outcome.message)) return
      await setTimeout(pollMs)
    }
  }

  /** A token without a header, as after a handshake of version 0. */
  async raw(token: Buffer): Promise<Buffer | null> {
    if (this.#isOver) return null
    const length = Buffer.alloc(4)
    length.writeInt32BE(token.length)
    const answer = await this.#side.exchange(Buffer.concat([length, token]))
    if (!Buffer.isBuffer(answer)) this.#isOver = true
    this.said.push({ asked: 'a bare token', answer: Buffer.isBuffer(answer) ? `${answer.length} bytes` : answer })
    return Buffer.isBuffer(answer) ? answer : null
  }

  versions(version = 3): Promise<Message | null> {
    return this.ask(apiVersions, version, { clientSoftwareName: 'compat', clientSoftwareVersion: '1' })
  }

  handshake(mechanism = 'PLAIN', version = 1): Promise<Message | null> {
    return this.ask(saslHandshake, version, { mechanism })
  }

  token(token: string, version = 2, hidden: readonly string[] = []): Promise<Message | null> {
    return this.ask(saslAuthenticate, version, { authBytes: Buffer.from(token) }, hidden)
  }

  async plain(user = 'alice', password = `${user}-secret`): Promise<void> {
    await this.handshake('PLAIN')
    await this.token(`\0${user}\0${password}`)
  }

  /** `extensions` as `,tokenauth=true`; `sessionLifetimeMs` of a token depends on when it was made. */
  async scram(
    mechanism: ScramMechanism,
    user: string,
    password: string,
    { extensions = '', header = 'n,,', hidden = [] as readonly string[] } = {},
  ): Promise<void> {
    await this.handshake(mechanism)
    const clientFirstBare = `n=${user},r=fyko+d2lbbFgONRv9qkxdawL${extensions}`
    const first = await this.token(`${header}${clientFirstBare}`, 2, ['authBytes'])
    if (first === null || first.errorCode !== 0) return
    const serverFirst: string = first.authBytes.toString()
    const [, nonce, salt, rounds] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(serverFirst)!
    const talk = { clientFirstBare, serverFirst, clientFinalBare: `c=biws,r=${nonce}` }
    const salted = saltedPassword(mechanism, password, Buffer.from(salt!, 'base64'), Number(rounds))
    const key = clientKey(mechanism, salted)
    const proof = xor(key, signature(mechanism, storedKey(mechanism, key), talk))
    await this.token(`${talk.clientFinalBare},p=${proof.toString('base64')}`, 2, ['authBytes', ...hidden])
  }

  #note(asked: string, outcome: Outcome, hidden: readonly string[]): void {
    if (outcome.kind !== 'answer') this.#isOver = true
    const answer = outcome.kind === 'answer' ? written(outcome.message, hidden) : outcome.kind
    this.said.push({ asked, answer })
  }
}

function written(message: Message, hidden: readonly string[]): string {
  return JSON.stringify(message, (name, value) => {
    if (features.has(name)) return undefined
    if (own.has(name) || hidden.includes(name)) return value === '' || value === 0 || value === null ? value : '<own>'
    if (times.test(name) && value > 0) return `in ${Math.round((value - Date.now()) / 10_000)}0 s`
    if (name === 'mechanisms') return [...value].sort()
    return value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value
  })
}
