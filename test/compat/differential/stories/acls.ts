/** ACLs: made, found, removed. Without an authorizer each of these is SECURITY_DISABLED. */
import { createAcls } from '../../../../src/protocol/messages/create-acls.ts'
import { deleteAcls } from '../../../../src/protocol/messages/delete-acls.ts'
import { describeAcls } from '../../../../src/protocol/messages/describe-acls.ts'
import { type Story, story, type Telling } from '../telling.ts'

const [any, match, literal, prefixed] = [1, 2, 3, 4]
const [topic, group, cluster] = [2, 3, 4]
const [read, write] = [3, 4]
const [deny, allow] = [2, 3]

function acl(resourceName: string) {
  return {
    resourceType: topic,
    resourceName,
    resourcePatternType: literal,
    principal: 'User:alice',
    host: '*',
    operation: read,
    permissionType: allow,
  }
}

function filter(resourceNameFilter: string | null) {
  return {
    resourceTypeFilter: any,
    resourceNameFilter,
    patternTypeFilter: any,
    principalFilter: null as string | null,
    hostFilter: null as string | null,
    operation: any,
    permissionType: any,
  }
}

const create = story(createAcls, 'create', async (told) => {
  const { version } = told
  await told.askWithMutants(createAcls, () => ({ creations: [acl(told.name('t'))] }))
  const ask = (title: string, ...creations: ReturnType<typeof acl>[]) =>
    told.ask(title, createAcls, version, { creations })
  const name = told.name('t')
  await ask('twice in one request', acl(name), acl(name))
  await ask('one of two is wrong', acl(told.name('t')), acl(''))
  await ask('of the cluster', { ...acl('kafka-cluster'), resourceType: cluster, host: '127.1.2.3' })
  await ask('of another cluster', { ...acl(told.name('c')), resourceType: cluster })
  for (const principal of ['', 'alice', 'User:', ':alice', 'User:*', 'Group:staff', 'User:a:b']) {
    await ask(`for "${principal}"`, { ...acl(told.name('t')), principal })
  }
  for (const host of ['', '10.0.0.1', 'localhost', '::1', '10.0.0.0/8']) {
    await ask(`from "${host}"`, { ...acl(told.name('t')), host })
  }
  for (const resourceType of [0, 1, 2, 3, 5, 6, 7, 8]) {
    await ask(`of resource type ${resourceType}`, { ...acl(told.name('t')), resourceType })
  }
  for (let operation = 0; operation <= 16; operation++) {
    await ask(`operation ${operation}`, { ...acl(told.name('t')), operation })
  }
  for (const pattern of [0, 1, 2, 3, 4, 5]) {
    await ask(`pattern type ${pattern}`, { ...acl(told.name('t')), resourcePatternType: pattern })
  }
  for (const permissionType of [0, 1, 2, 3, 4]) {
    await ask(`permission ${permissionType}`, { ...acl(told.name('t')), permissionType })
  }
})

/** Some ACLs on names that begin with the one returned. */
async function several(told: Telling): Promise<string> {
  const name = told.name('acls')
  const creations = [
    acl(name),
    { ...acl(name), operation: write },
    { ...acl(name), principal: 'User:bob', host: '10.0.0.1', permissionType: deny },
    { ...acl(name), resourceType: group },
    { ...acl(name.slice(0, -1)), resourcePatternType: prefixed },
    { ...acl(`${name}-more`) },
  ]
  await told.prepare(createAcls, 2, { creations })
  return name
}

const filters = (name: string) =>
  [
    ['of a name', filter(name)],
    ['that cover a name', { ...filter(name), patternTypeFilter: match }],
    ['that cover a longer name', { ...filter(`${name}-more`), patternTypeFilter: match }],
    ['that are literal', { ...filter(name), patternTypeFilter: literal }],
    ['that are prefixed', { ...filter(name.slice(0, -1)), patternTypeFilter: prefixed }],
    ['of a principal', { ...filter(name), principalFilter: 'User:bob' }],
    ['from a host', { ...filter(name), hostFilter: '10.0.0.1' }],
    ['of an operation', { ...filter(name), operation: write }],
    ['that deny', { ...filter(name), permissionType: deny }],
    ['of groups', { ...filter(name), resourceTypeFilter: group }],
    ['of nothing there is', filter(`${name}-other`)],
    ['of no principal', { ...filter(name), principalFilter: 'alice' }],
  ] as const

const describe = story(describeAcls, 'describe', async (told) => {
  const { version } = told
  const name = await several(told)
  await told.askWithMutants(describeAcls, () => filter(name), { settles: true })
  for (const [title, asked] of filters(name)) await told.ask(title, describeAcls, version, asked)
  for (const field of ['resourceTypeFilter', 'patternTypeFilter', 'operation', 'permissionType'] as const) {
    await told.ask(`${field} 0`, describeAcls, version, { ...filter(name), [field]: 0 })
  }
})

const remove = story(deleteAcls, 'delete', async (told) => {
  const { version } = told
  const fresh = async () => ({ filters: [filter(await several(told))] })
  await told.askWithMutants(deleteAcls, fresh)
  for (let index = 0; index < filters('').length; index++) {
    const [title, asked] = filters(await several(told))[index]!
    await told.ask(title, deleteAcls, version, { filters: [asked] })
  }
  const name = await several(told)
  await told.ask('by two filters', deleteAcls, version, {
    filters: [filter(name), { ...filter(name), operation: read }],
  })
  const other = await several(told)
  await told.ask('one of two is wrong', deleteAcls, version, {
    filters: [{ ...filter(other), permissionType: 0 }, filter(other)],
  })
  await told.ask('by no filter', deleteAcls, version, { filters: [] })
})

export const aclStories: readonly Story[] = [create, describe, remove]
