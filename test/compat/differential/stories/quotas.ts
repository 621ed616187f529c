/** Quotas of users, clients and addresses: set, found, removed. */
import { alterClientQuotas } from '../../../../src/protocol/messages/alter-client-quotas.ts'
import { describeClientQuotas } from '../../../../src/protocol/messages/describe-client-quotas.ts'
import { type Story, story, type Telling } from '../telling.ts'

type Part = { entityType: string; entityName: string | null }

const part = (entityType: string, entityName: string | null): Part => ({ entityType, entityName })
/** So much that nobody is held back. */
const plenty = 1e12
const set = (key: string, value: number) => ({ key, value, remove: false })
const unset = (key: string) => ({ key, value: 0, remove: true })

function entry(entity: Part[], ...ops: ReturnType<typeof set>[]) {
  return { entity, ops: ops.length === 0 ? [set('producer_byte_rate', plenty)] : ops }
}

const keys = [
  ...['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate'],
  ...['connection_creation_rate', 'leader.replication.throttled.rate', 'SCRAM-SHA-256', '', 'nothing'],
]
const values = [0, -1, 0.5, 1, 1.5, 2 ** 31 - 1, 2 ** 31, 1e18, 1e19, 1e300, Number.POSITIVE_INFINITY, Number.NaN]

const alter = story(alterClientQuotas, 'alter', async (told) => {
  const { version } = told
  await told.askWithMutants(alterClientQuotas, () => ({ entries: [entry([part('user', told.name('u'))])] }))
  const ask = (title: string, ...entries: ReturnType<typeof entry>[]) =>
    told.ask(title, alterClientQuotas, version, { entries })
  const user = () => part('user', told.name('u'))
  const client = () => part('client-id', told.name('c'))
  await ask('of a client', entry([client()]))
  await ask('of a client of a user', entry([user(), client()]))
  await ask('of any client of a user', entry([user(), part('client-id', null)]))
  await ask('of an address', entry([part('ip', '10.1.2.3')], set('connection_creation_rate', 1000)))
  await ask('of an address of IPv6', entry([part('ip', '2001:db8::1')], set('connection_creation_rate', 1000)))
  await ask('of no address', entry([part('ip', 'no.such.host.invalid')], set('connection_creation_rate', 1000)))
  await ask('of any address', entry([part('ip', null)], set('connection_creation_rate', 100_000)))
  await ask('of an address and a user', entry([part('ip', '10.1.2.3'), user()], set('connection_creation_rate', 9)))
  await ask('of an address, with a quota of users', entry([part('ip', '10.1.2.3')]))
  await ask('of nobody', entry([]))
  await ask('of an unknown type', entry([part('group', 'g')]))
  await ask('of a user twice', entry([user(), user()]))
  await ask('of a user with an empty name', entry([part('user', '')]))
  for (const key of keys) await ask(`of a user: ${key}`, entry([user()], set(key, 1000)))
  for (const key of keys) await ask(`of an address: ${key}`, entry([part('ip', '10.1.2.4')], set(key, 1000)))
  for (const key of ['producer_byte_rate', 'request_percentage', 'controller_mutation_rate']) {
    for (const value of values) await ask(`${key} ${value}`, entry([user()], set(key, value)))
  }
  for (const value of values) {
    await ask(`connections ${value}`, entry([part('ip', '10.1.2.5')], set('connection_creation_rate', value)))
  }
  const same = user()
  await ask('the same twice', entry([same]), entry([same], set('consumer_byte_rate', plenty)))
  await ask('a key twice', entry([user()], set('producer_byte_rate', 1000), set('producer_byte_rate', 2000)))
  await ask(
    'one of two is wrong',
    entry([user()], set('producer_byte_rate', plenty), set('nothing', 1)),
    entry([user()]),
  )
  await ask('what was not there is removed', entry([user()], unset('producer_byte_rate')))
  await ask('what cannot be there is removed', entry([user()], unset('nothing')))
  await told.ask('only looked at', alterClientQuotas, version, { entries: [entry([user()])], validateOnly: true })
  await ask('no entries')
})

const [exact, byDefault, specified] = [0, 1, 2]
const component = (entityType: string, matchType: number, match: string | null = null) => ({
  ...{ entityType, matchType, match },
})

async function several(told: Telling): Promise<{ readonly user: string; readonly client: string }> {
  const [user, client] = [told.name('u'), told.name('c')]
  const entries = [
    entry([part('user', user)], set('producer_byte_rate', plenty), set('request_percentage', 12345.5)),
    entry([part('user', user), part('client-id', client)]),
    entry([part('client-id', client)]),
    entry([part('user', user), part('client-id', null)], set('consumer_byte_rate', plenty)),
  ]
  await told.prepare(alterClientQuotas, 1, { entries })
  return { user, client }
}

const describe = story(describeClientQuotas, 'describe', async (told) => {
  const { version } = told
  const { user, client } = await several(told)
  const byUser = () => ({ components: [component('user', exact, user)] })
  await told.askWithMutants(describeClientQuotas, byUser, { settles: true })
  const ask = (title: string, strict: boolean, ...components: ReturnType<typeof component>[]) =>
    told.ask(title, describeClientQuotas, version, { components, strict }, { settles: true })
  for (const strict of [false, true]) {
    const how = strict ? ', strictly' : ''
    await ask(`of a user${how}`, strict, component('user', exact, user))
    await ask(`of a client${how}`, strict, component('client-id', exact, client))
    await ask(`of both${how}`, strict, component('user', exact, user), component('client-id', exact, client))
    await ask(`of any client${how}`, strict, component('user', exact, user), component('client-id', specified))
    await ask(`of other clients${how}`, strict, component('user', exact, user), component('client-id', byDefault))
    await ask(`of nobody there is${how}`, strict, component('user', exact, told.name('u')))
  }
  await ask('of a type twice', false, component('user', exact, user), component('user', byDefault))
  await ask('of no type', false, component('', exact, user))
  await ask('of an unknown type', false, component('group', exact, user))
  await ask('of an address and a user', false, component('ip', exact, '10.1.2.3'), component('user', exact, user))
  await ask('exactly nothing', false, component('user', exact))
  await ask('the default by name', false, component('user', byDefault, user))
  await ask('any by name', false, component('user', specified, user))
  await ask('in an unknown way', false, component('user', 3, user))
})

export const quotaStories: readonly Story[] = [alter, describe]
