/** ACLs of v3: what they look like with a place to keep them, and what is said without one. */
import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { ProxyError } from '../../../src/http/rest-proxy/errors.ts'
import { type Acl, type AclFilter, type AclStore, v3AclRoutes } from '../../../src/http/rest-proxy/v3-acls.ts'
import { clusterId, restProxy } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('ACLs of v3')

const path = `/v3/clusters/${clusterId}/acls`

const prefixed: Acl = {
  resource_type: 'TOPIC',
  resource_name: 'topic-',
  pattern_type: 'PREFIXED',
  principal: 'User:alice',
  host: '*',
  operation: 'ALL',
  permission: 'ALLOW',
}
const denied: Acl = {
  resource_type: 'CLUSTER',
  resource_name: 'kafka-cluster',
  pattern_type: 'LITERAL',
  principal: 'User:alice',
  host: '*',
  operation: 'DESCRIBE',
  permission: 'DENY',
}

/** Keeps them in a list. */
class Listed implements AclStore {
  acls: readonly Acl[] = []

  async find(filter: AclFilter): Promise<readonly Acl[]> {
    const wants = Object.entries(filter).filter(([, value]) => value !== null && value !== 'ANY')
    return this.acls.filter((acl) => wants.every(([name, value]) => acl[name as keyof Acl] === value))
  }

  async create(acls: readonly Acl[]): Promise<void> {
    this.acls = [...this.acls, ...acls]
  }

  async delete(filter: AclFilter): Promise<readonly Acl[]> {
    const gone = await this.find(filter)
    this.acls = this.acls.filter((acl) => !gone.includes(acl))
    return gone
  }
}

function kept() {
  const store = new Listed()
  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof ProxyError) return c.json(error.body, error.status)
    throw error
  })
  const { cluster } = restProxy()
  // Hono's own router would take the colon for the beginning of a name.
  for (const [method, route, answer] of v3AclRoutes(cluster, store, { httpBodyBytesMax: 10_000 })) {
    app.on(method, route.replace('acls:batch', ':action{acls:batch}'), answer)
  }
  const ask = async (method: string, query: string, body?: object) => {
    const response = await app.request(`${path}${query}`, { method, ...(body && { body: JSON.stringify(body) }) })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: whatever a test expects.
    return { status: response.status, headers: response.headers, json: (text === '' ? {} : JSON.parse(text)) as any }
  }
  return { ask, store }
}

const query = 'resource_type=TOPIC&resource_name=topic-&pattern_type=PREFIXED&principal=User%3Aalice'
const self = `http://localhost${path}?${query}&host=*&operation=ALL&permission=ALLOW`
const shown = { kind: 'KafkaAcl', metadata: { self }, cluster_id: clusterId, ...prefixed }

test('an ACL is created, found and deleted, and looks as published', async () => {
  const { ask, store } = kept()
  const created = await ask('POST', '', prefixed)
  assert.equal([created.status, created.headers.get('location')], [201, self])
  await ask('POST', '', denied)
  const found = await ask('GET', '?principal=User%3Aalice&resource_type=topic')
  assert.is(found.json.metadata.self, `http://localhost${path}?principal=User%3Aalice&resource_type=topic`)
  assert.equal([found.json.kind, found.json.data], ['KafkaAclList', [shown]])
  const deleted = await ask('DELETE', '?resource_type=topic&pattern_type=any&operation=any&permission=any')
  assert.equal([deleted.status, deleted.json.data], [200, [shown]])
  assert.equal(store.acls, [denied])
})

test('several are created at once, all or none', async () => {
  const { ask, store } = kept()
  assert.is((await ask('POST', ':batch', { data: [prefixed, denied] })).status, 201)
  assert.equal(store.acls, [prefixed, denied])
  const { status, json } = await ask('POST', ':batch', { data: [denied, { ...denied, operation: 'ANY' }] })
  assert.equal([status, json.message], [400, 'Bad Request: data[1].operation cannot be ANY'])
  assert.is(store.acls.length, 2)
})

const wrong: readonly (readonly [method: string, query: string, body: object | undefined, message: RegExp])[] = [
  ['GET', '?resource_type=unknown', undefined, /^resource_type cannot be UNKNOWN$/],
  ['GET', '?operation=fly', undefined, /^operation is "fly"; use ANY, ALL, READ/],
  ['DELETE', '', undefined, /^resource_type cannot be unspecified or UNKNOWN$/],
  ['DELETE', '?resource_type=any&pattern_type=any&operation=any', undefined, /^permission cannot be unspecified/],
  ['POST', '', { ...prefixed, resource_type: 'ANY' }, /resource_type cannot be ANY/],
  ['POST', '', { ...prefixed, pattern_type: 'MATCH' }, /pattern_type cannot be MATCH/],
  ['POST', '', { ...prefixed, permission: undefined }, /permission cannot be UNKNOWN/],
]

for (const [method, query, body, message] of wrong) {
  test(`${method} ${query} with ${JSON.stringify(body)?.slice(0, 50)} is refused`, async () => {
    const { ask, store } = kept()
    await store.create([denied])
    const { status, json } = await ask(method, query, body)
    assert.equal([status, json.error_code], [400, 400])
    assert.match(json.message, message)
    assert.equal(store.acls, [denied])
  })
}

test('with an authorizer they are the ones that Kafka clients are held to', async () => {
  const { ask, cluster } = restProxy({ settings: { hasAuthorizer: true } })
  const authorizer = cluster.authorizer!
  assert.is((await ask('POST', path, prefixed)).status, 201)
  assert.is((await ask('POST', `${path}:batch`, { data: [denied] })).status, 201)
  const alice = { principal: { type: 'User', name: 'alice' }, host: '10.0.0.1' }
  assert.ok(authorizer.allows(alice, 'READ', 'TOPIC', 'topic-1'))
  assert.equal((await ask('GET', `${path}?${query}`)).json.data, [shown])
  const deleted = await ask('DELETE', `${path}?resource_type=topic&pattern_type=any&operation=any&permission=any`)
  assert.equal(deleted.json.data, [shown])
  assert.not(authorizer.allows(alice, 'READ', 'TOPIC', 'topic-1'))
  const wrong = await ask('POST', path, { ...prefixed, principal: 'alice' })
  assert.equal([wrong.status, wrong.json.message], [400, "Invalid principal 'alice'; use User:<name>"])
})

test('without an authorizer each of them is refused as Kafka does', async () => {
  const { ask } = restProxy()
  const asked: readonly (readonly [method: string, path: string, body?: object])[] = [
    ['GET', path],
    ['POST', path, prefixed],
    ['POST', `${path}:batch`, { data: [prefixed] }],
    ['DELETE', `${path}?resource_type=any&pattern_type=any&operation=any&permission=any`],
  ]
  for (const [method, path, body] of asked) {
    const { status, json } = await ask(method, path, body)
    assert.is(status, 400)
    const message = method === 'GET' ? 'No Authorizer is configured on the broker' : 'No Authorizer is configured.'
    assert.equal(json, { error_code: 40002, message })
  }
})

test.run()
