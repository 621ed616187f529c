/** Talks about logging in: in order and out of order, with what is right and what is not. */
import { setTimeout } from 'node:timers/promises'
import { apiVersions } from '../../../src/protocol/messages/api-versions.ts'
import { createTopics } from '../../../src/protocol/messages/create-topics.ts'
import { listGroups } from '../../../src/protocol/messages/list-groups.ts'
import { metadata } from '../../../src/protocol/messages/metadata.ts'
import { saslAuthenticate } from '../../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../../src/protocol/messages/sasl-handshake.ts'
import type { Held, Talk } from './talk.ts'

const alice = '\0alice\0alice-secret'

/** Whether one is in. */
async function use(talk: Talk): Promise<void> {
  await talk.ask(listGroups, 4, {}, ['groups'])
}

function held(title: string, hold: Held['hold']): Held {
  return { title, hold }
}

const orderly: readonly Held[] = [
  ...[0, 1, 2, 3, 4, 5].map((version) =>
    held(`ApiVersions v${version}, then a login`, async (talk) => {
      await talk.versions(version)
      await talk.plain()
      await use(talk)
    }),
  ),
  ...[0, 1, 2].flatMap((version) =>
    [alice, '\0alice\0wrong'].map((token) =>
      held(`SaslAuthenticate v${version} with ${token.slice(7)}`, async (talk) => {
        await talk.handshake()
        await talk.token(token, version)
        await use(talk)
      }),
    ),
  ),
  ...['GSSAPI', '', 'plain'].flatMap((mechanism) =>
    [0, 1].map((version) =>
      held(`the mechanism '${mechanism}' named in v${version}`, async (talk) => {
        await talk.handshake(mechanism, version)
        await use(talk)
      }),
    ),
  ),
  held('a second login where logins last', async (talk) => {
    await talk.plain()
    await talk.handshake()
    await talk.token(alice)
    await use(talk)
  }),
]

const disorderly: readonly Held[] = [
  held('a request first', use),
  held('a request after versions', async (talk) => {
    await talk.versions()
    await use(talk)
  }),
  held('a token first', async (talk) => {
    await talk.token(alice)
  }),
  held('versions twice', async (talk) => {
    await talk.versions()
    await talk.versions()
  }),
  held('versions after a mechanism', async (talk) => {
    await talk.handshake()
    await talk.versions()
    await use(talk)
  }),
  held('a mechanism twice', async (talk) => {
    await talk.handshake()
    await talk.handshake()
    await use(talk)
  }),
  held('a request in place of a token', async (talk) => {
    await talk.handshake()
    await talk.ask(listGroups, 4, {})
    await use(talk)
  }),
  held('a request about topics in place of a token', async (talk) => {
    await talk.handshake()
    await talk.ask(metadata, 12, { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', name: 't' }] })
  }),
  held('a request that changes something in place of a token', async (talk) => {
    await talk.handshake()
    const topic = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    await talk.ask(createTopics, 7, { topics: [topic], timeoutMs: 1000 })
  }),
  held('versions of an unknown software, then of a known one', async (talk) => {
    await talk.ask(apiVersions, 3, { clientSoftwareName: '-', clientSoftwareVersion: '1' })
    await talk.versions()
    await talk.plain()
    await use(talk)
  }),
  held('versions in a version too new', async (talk) => {
    await talk.ask({ ...apiVersions, versions: [0, 99], flexible: 99 }, 98, {})
    await talk.versions()
    await talk.plain()
    await use(talk)
  }),
  held('a handshake in a version too new', async (talk) => {
    await talk.ask({ ...saslHandshake, versions: [0, 9] }, 2, { mechanism: 'PLAIN' })
  }),
  held('a token in a version too new', async (talk) => {
    await talk.handshake()
    await talk.ask({ ...saslAuthenticate, versions: [0, 9] }, 3, { authBytes: Buffer.from(alice) })
  }),
  held('no request at all', async (talk) => {
    await talk.raw(Buffer.from('x'))
  }),
  held('a request of an unknown API', async (talk) => {
    await talk.raw(Buffer.from('7fff00000000000700016100', 'hex'))
  }),
  held('a request that is too large', async (talk) => {
    await talk.raw(Buffer.alloc(524_289))
  }),
]

const plainTokens = [
  '',
  'alice',
  '\0alice',
  '\0\0x',
  '\0alice\0',
  'bob\0alice\0alice-secret',
  '\0carol\0x',
  'a\0b\0c\0d',
]
const bare: readonly Held[] = [
  held('a bare token by PLAIN', async (talk) => {
    await talk.handshake('PLAIN', 0)
    await talk.raw(Buffer.from(alice))
    await use(talk)
  }),
  held('a wrong bare token by PLAIN', async (talk) => {
    await talk.handshake('PLAIN', 0)
    await talk.raw(Buffer.from('\0alice\0wrong'))
  }),
  held('a bare token by SCRAM', async (talk) => {
    await talk.handshake('SCRAM-SHA-256', 0)
    const reply = await talk.raw(Buffer.from('n,,n=nobody,r=abcdef'))
    if (reply !== null) await talk.raw(Buffer.from('c=biws,r=abcdef,p=AAAA'))
  }),
]

const byPlain = plainTokens.map((token) =>
  held(`PLAIN with ${JSON.stringify(token)}`, async (talk) => {
    await talk.handshake()
    await talk.token(token)
    await use(talk)
  }),
)

const byScram: readonly Held[] = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap((mechanism) => [
  held(`${mechanism} with the right password`, async (talk) => {
    await talk.scram(mechanism, 'alice', 'alice-secret')
    await use(talk)
  }),
  held(`${mechanism} with a wrong password`, (talk) => talk.scram(mechanism, 'alice', 'wrong')),
  held(`${mechanism} for nobody`, (talk) => talk.scram(mechanism, 'carol', 'x')),
  held(`${mechanism} as oneself`, async (talk) => {
    await talk.scram(mechanism, 'alice', 'alice-secret', { header: 'n,a=alice,' })
  }),
  held(`${mechanism} as another`, (talk) => talk.scram(mechanism, 'alice', 'alice-secret', { header: 'n,a=bob,' })),
  held(`${mechanism} with an unknown extension`, async (talk) => {
    await talk.scram(mechanism, 'alice', 'alice-secret', { extensions: ',x=y' })
    await use(talk)
  }),
  held(`${mechanism} with no token`, (talk) => {
    return talk.scram(mechanism, 'alice', 'alice-secret', { extensions: ',tokenauth=true' })
  }),
  ...['', 'x', 'p=tls-unique,,n=alice,r=abc', 'n,,n=al=ice,r=abc', 'n,,n=alice,r=', 'y,,n=alice,r=abc'].map((first) =>
    held(`${mechanism} that begins with '${first}'`, async (talk) => {
      await talk.handshake(mechanism)
      await talk.token(first, 2, ['authBytes'])
    }),
  ),
  ...['', 'c=biws,r=other,p=AAAA', 'c=biws'].map((last) =>
    held(`${mechanism} that ends with '${last}'`, async (talk) => {
      await talk.handshake(mechanism)
      await talk.token('n,,n=alice,r=abc', 2, ['authBytes'])
      await talk.token(last)
    }),
  ),
])

function jwt(claims: object, header: object = { alg: 'none' }): string {
  return `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}

const now = Math.floor(Date.now() / 1000)
const accessTokens: readonly (readonly [title: string, token: string])[] = [
  ['a token', jwt({ sub: 'alice', iat: now - 5, exp: now + 3600 })],
  ['a token without iat', jwt({ sub: 'alice', exp: now + 3600 })],
  ['an expired token', jwt({ sub: 'alice', exp: now - 3600 })],
  ['a token of the future', jwt({ sub: 'alice', iat: now + 600, exp: now + 3600 })],
  ['a token without an end', jwt({ sub: 'alice' })],
  ['a token for nobody', jwt({ exp: now + 3600 })],
  ['a token that says it is signed', jwt({ sub: 'alice', exp: now + 3600 }, { alg: 'HS256' })],
  ['a token with a signature', `${jwt({ sub: 'alice', exp: now + 3600 })}AAAA`],
  ['no token', 'abc'],
]

const byOauth: readonly Held[] = [
  ...accessTokens.map(([title, token]) =>
    held(`OAUTHBEARER with ${title}`, async (talk) => {
      await talk.handshake('OAUTHBEARER')
      const answer = await talk.token(`n,,\x01auth=Bearer ${token}\x01\x01`, 2, ['sessionLifetimeMs'])
      if (answer?.authBytes.length > 0) await talk.token('\x01')
      else await use(talk)
    }),
  ),
  ...['n,,\x01\x01', 'n,,\x01auth=Basic abc\x01\x01', 'n,,auth=Bearer abc', '', '\x01'].map((message) =>
    held(`OAUTHBEARER that begins with ${JSON.stringify(message)}`, async (talk) => {
      await talk.handshake('OAUTHBEARER')
      await talk.token(message)
    }),
  ),
  held('OAUTHBEARER as another', async (talk) => {
    await talk.handshake('OAUTHBEARER')
    await talk.token(`n,a=bob,\x01auth=Bearer ${jwt({ sub: 'alice', exp: now + 3600 })}\x01\x01`)
  }),
  held('OAUTHBEARER with a wrong token and then a right one', async (talk) => {
    await talk.handshake('OAUTHBEARER')
    await talk.token('n,,\x01auth=Bearer abc\x01\x01')
    await talk.token(`n,,\x01auth=Bearer ${jwt({ sub: 'alice', exp: now + 3600 })}\x01\x01`, 2, ['sessionLifetimeMs'])
    await use(talk)
  }),
]

export const talks: readonly Held[] = [...orderly, ...disorderly, ...bare, ...byPlain, ...byScram, ...byOauth]

/** Where a login holds for two seconds. */
export const renewals: readonly Held[] = [
  held('renewing: in time, and again at once', async (talk) => {
    await talk.plain()
    await talk.plain()
    await use(talk)
    await talk.plain()
    await use(talk)
  }),
  held('renewing: too late', async (talk) => {
    await talk.plain()
    await setTimeout(2200)
    await use(talk)
  }),
  held('renewing: late, but before all else', async (talk) => {
    await talk.plain()
    await setTimeout(2200)
    await talk.plain()
    await use(talk)
  }),
  held('renewing: with a wrong password', async (talk) => {
    await talk.plain()
    await talk.plain('alice', 'wrong')
    await use(talk)
  }),
  held('renewing: as another', async (talk) => {
    await talk.plain()
    await talk.plain('bob')
    await use(talk)
  }),
  held('renewing: by another mechanism', async (talk) => {
    await talk.plain()
    await talk.handshake('SCRAM-SHA-256')
    await talk.token('n,,n=alice,r=abc')
  }),
  held('renewing: by no mechanism', async (talk) => {
    await talk.plain()
    await talk.handshake('GSSAPI')
    await use(talk)
  }),
  held('renewing: versions while doing so', async (talk) => {
    await talk.plain()
    await talk.handshake()
    await talk.versions()
  }),
  held('renewing: by SCRAM', async (talk) => {
    await talk.scram('SCRAM-SHA-256', 'alice', 'alice-secret')
    await talk.scram('SCRAM-SHA-256', 'alice', 'alice-secret')
    await use(talk)
  }),
]
