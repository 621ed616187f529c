/**
 * Logging in, held against a real Apache Kafka: `npm run compat:security`. Both brokers have a listener where clients
 * log in and one where logins expire; the same talks are held with each, right ones and wrong ones, up to whatever ends
 * them.
 *
 * Words choose among the talks. Ends with code 1 where an answer differs.
 */
import { silent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import { isAtHand } from './at-hand.ts'
import { freePort, start } from '../bench/brokers/broker.ts'
import { kafkaWithLogins } from '../bench/brokers/kafka.ts'
import { settingsFor } from '../support/running.ts'
import { Side } from './differential/side.ts'
import { warmUp } from './differential/warm-up.ts'
import { Talk, type Said } from './logins/talk.ts'
import { renewals, talks } from './logins/talks.ts'
import { tokenTalks } from './logins/token-talks.ts'

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const
const users = ['alice', 'bob'].map((name) => ({ name, password: `${name}-secret` }))
const listener = { protocol: 'SASL_PLAINTEXT', ports: [0], host: null, advertised: [] } as const
const renewingMs = 2000
/** By the titles of the talks. */
const explained: Readonly<Record<string, string>> = {
  'OAUTHBEARER that begins with "n,,\\u0001auth=Basic abc\\u0001\\u0001"':
    'Kafka stumbles over its own message, and says nothing',
  'a request about topics in place of a token': 'Metadata has its errors with topics, and here none are looked at',
}

/** Where the brokers let clients log in. */
interface Ports {
  readonly login: number
  readonly renewing: number
}

async function main(words: readonly string[]): Promise<number> {
  const [login, renewing] = [await freePort(), await freePort()]
  const kafka = kafkaWithLogins(login, renewing)
  if (!(await isAtHand(kafka))) return 0
  const theirs = await start(kafka)
  const settings = {
    restPort: null,
    saslMechanisms: mechanisms,
    saslUsers: users,
    delegationTokenSecret: 'the-secret-of-all-tokens',
    listeners: [{ ...listener, name: 'LOGIN' }],
  }
  const ours = await startBroker(settingsFor(settings), { logger: silent })
  const lasting = await startBroker(settingsFor({ ...settings, reauthenticationMs: renewingMs }), { logger: silent })
  try {
    for (const port of [ours.kafkaPorts[0]!, lasting.kafkaPorts[0]!, theirs.port]) {
      const side = new Side(`port ${port}`, `127.0.0.1:${port}`)
      if (port === theirs.port) await warmUp(side)
      await Talk.makeUsers(side, users)
      side.close()
    }
    const our = { login: ours.portsOf('LOGIN')[0]!, renewing: lasting.portsOf('LOGIN')[0]! }
    return await judge(our, { login, renewing }, words)
  } finally {
    await ours.close()
    await lasting.close()
    await theirs.stop()
  }
}

async function judge(ours: Ports, theirs: Ports, words: readonly string[]): Promise<number> {
  let compared = 0
  let differences = 0
  for (const [where, all] of [
    ['login', [...talks, ...tokenTalks]],
    ['renewing', renewals],
  ] as const) {
    const chosen = all.filter(({ title }) => words.length === 0 || words.some((word) => title.includes(word)))
    for (const { title, hold } of chosen) {
      const [our, their] = await Promise.all(
        [ours, theirs].map(async (ports): Promise<readonly Said[]> => {
          const talk = new Talk(`127.0.0.1:${ports[where]}`)
          await hold(talk)
          talk.close()
          return talk.said
        }),
      )
      compared += their!.length
      const found = differing(our!, their!)
      const reason = found.length === 0 ? undefined : explained[title]
      if (reason === undefined) differences += found.length
      console.log(`${found.length === 0 ? '✓' : reason === undefined ? '✗' : `explained (${reason}):`} ${title}`)
      for (const line of reason === undefined ? found : []) console.log(line)
    }
  }
  console.log(`${compared} answers compared: ${differences} differences that are not explained`)
  return differences === 0 ? 0 : 1
}

function differing(ours: readonly Said[], theirs: readonly Said[]): string[] {
  const last = Math.max(ours.length, theirs.length)
  return Array.from({ length: last }, (_, at) => at).flatMap((at) => {
    const [our, their] = [ours[at], theirs[at]].map((said) => (said === undefined ? 'nothing' : said.answer))
    if (our === their) return []
    return [`    ${(ours[at] ?? theirs[at])!.asked}: Blink ${our}`, `${' '.repeat(8)}Kafka ${their}`]
  })
}

process.exitCode = await main(process.argv.slice(2))
