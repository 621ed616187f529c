/** Every route of the document, asked wrongly in every way there is: the documented error, and nothing changed. */
import * as assert from 'uvu/assert'
import type { Operation } from '../../src/http/openapi.ts'
import { type Reply, type TestHttp, testHttp, type TestHttpOptions } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('wrong input')

interface Asked {
  readonly method: string
  /** As in the document. */
  readonly pattern: string
  /** With things that are there. */
  readonly path: string
  readonly operation: Operation
}

const there: Readonly<Record<string, string>> = { topic: 't', group: 'g', partition: '0', id: '1', name: 'guard' }
const bodyBytesMax = 2000
const token = 'let me in'

async function served(options: TestHttpOptions = {}): Promise<TestHttp> {
  const http = testHttp({ plugins: [pluginStatus()], settings: { httpBodyBytesMax: bodyBytesMax }, ...options })
  http.cluster.topics.create({ name: 't', partitionCount: 2 })
  const offset = { topic: 't', partition: 0, offset: 0, leaderEpoch: -1, metadata: '' }
  const commit = { groupId: 'g', memberId: '', instanceId: null, generation: -1, retentionMs: null }
  http.cluster.groups.commit({ ...commit, offsets: [offset] })
  return http
}

async function operations({ get }: TestHttp): Promise<readonly Asked[]> {
  const { paths } = (await get('/openapi.json')).json as { paths: Record<string, Record<string, Operation>> }
  return Object.entries(paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => there[name] ?? 'x')
      return { method: method.toUpperCase(), pattern, path, operation }
    }),
  )
}

/** All that a request could have changed. */
async function state({ get, admin, cluster }: TestHttp): Promise<string> {
  const shown = await Promise.all(
    ['/dump', '/faults', '/clock', '/snapshots'].map(async (path) => (await get(path)).text),
  )
  const configs = [...cluster.topics.all()].map(({ config }) => [...config.overrides])
  return JSON.stringify([
    shown,
    configs,
    [...cluster.config.all()].map(([whose, values]) => [whose, ...values]),
    admin.asked,
  ])
}

/** The reply is an error in the one form, of this status, that the document tells of. */
function isError(
  { status, json, headers }: Reply,
  expected: number,
  { method, pattern, operation }: Asked,
  how: string,
): void {
  const what = `${method} ${pattern}, ${how}`
  assert.is(status, expected, `${what}: ${JSON.stringify(json)}`)
  assert.match(headers.get('content-type') ?? '', /^application\/json/, what)
  assert.type(json.error.code, 'string', what)
  assert.match(json.error.message, /^\S.*; \S/s, `${what}: no remedy in ${json.error.message}`)
  const documented = Object.keys(operation.responses)
  assert.ok(documented.includes(`${status}`) || documented.includes('default'), what)
}

/** Asks each in each way; `how` makes of a route the wrong requests, each with its title and status. */
async function holds(
  options: TestHttpOptions,
  how: (asked: Asked) => readonly (readonly [title: string, status: number, ask: (http: TestHttp) => Promise<Reply>])[],
): Promise<number> {
  const http = await served(options)
  const before = await state(http)
  let count = 0
  for (const asked of await operations(http)) {
    for (const [title, status, ask] of how(asked)) {
      isError(await ask(http), status, asked, title)
      count++
    }
  }
  assert.is(await state(http), before, 'something changed')
  return count
}

const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

test('a method that a path does not have', async () => {
  const http = await served()
  const before = await state(http)
  const all = await operations(http)
  for (const asked of all) {
    const known = all.filter(({ path }) => path === asked.path).map(({ method }) => method)
    for (const method of everyMethod.filter((one) => !known.includes(one))) {
      const reply = await http.send(method, asked.path)
      isError(reply, 405, asked, method)
      assert.equal(reply.headers.get('allow')!.split(', ').sort(), [...known].sort())
    }
  }
  assert.is(await state(http), before)
})

test('a host that is not served here', async () => {
  const count = await holds({}, ({ method, path }) => [
    ['foreign host', 421, ({ send }) => send(method, path, undefined, { host: 'evil.test' })],
  ])
  assert.ok(count > 50, `${count} routes`)
})

test('a page of another origin, where something changes', async () => {
  await holds({}, ({ method, path }) =>
    method === 'GET'
      ? []
      : [['foreign origin', 403, ({ send }) => send(method, path, { value: 'x' }, { origin: 'http://evil.test' })]],
  )
})

test('without the token, or with another, where one is asked for', async () => {
  const count = await holds({ adminToken: token }, ({ method, path, operation }) =>
    operation.security === undefined
      ? []
      : [
          ['no token', 401, ({ send }) => send(method, path)],
          ['another token', 403, ({ send }) => send(method, path, undefined, { authorization: 'Bearer another' })],
        ],
  )
  assert.ok(count > 30, `${count} requests`)
})

/** They take whatever comes in the query. */
const anyQuery = ['GET /metrics', 'GET /prometheus', 'POST /plugins']

test('a parameter that there is not, and each that there is of a wrong type, or too large', async () => {
  const count = await holds({}, ({ method, pattern, path, operation }) => {
    const ask = (query: string) => (http: TestHttp) => http.send(method, `${path}?${query}`)
    const unknown = anyQuery.includes(`${method} ${pattern}`)
      ? []
      : [['an unknown parameter', 400, ask('nope=1')] as const]
    const inQuery = operation.parameters.filter((one) => one.in === 'query')
    const wrong = inQuery.flatMap(({ name, schema }) =>
      wrongTexts(schema).map((text) => [`${name}=${text}`, 400, ask(`${name}=${text}`)] as const),
    )
    const inPath = operation.parameters.filter((one) => one.in === 'path' && one.schema.type === 'integer')
    const paths = inPath.map(({ name }) => {
      const asked = pattern.replaceAll(/\{(\w+)\}/g, (_, part: string) => (part === name ? 'x' : there[part]!))
      return [`${name} is x`, 400, (http: TestHttp) => http.send(method, asked)] as const
    })
    return [...unknown, ...wrong, ...paths]
  })
  assert.ok(count > 90, `${count} requests`)
})

function wrongTexts({ type, enum: options, maximum, pattern, maxLength }: Readonly<Record<string, unknown>>): string[] {
  if (type === 'integer') return ['x', '1.5', '', ...(typeof maximum === 'number' ? [`${maximum}0`] : [])]
  if (type === 'boolean') return ['yes', '']
  if (Array.isArray(options)) return ['none-of-them', '']
  if (typeof pattern === 'string') return ['%20']
  return typeof maxLength === 'number' ? ['x'.repeat(maxLength + 1)] : []
}

test('a body that is no JSON, of a wrong type, lacks what it needs, has what is unknown, or is too large', async () => {
  const count = await holds({}, ({ method, path, operation }) => {
    const content = operation.requestBody?.content['application/json']
    if (content === undefined) return []
    const schema = content.schema as {
      type?: string
      required?: string[]
      additionalProperties?: unknown
      anyOf?: unknown
    }
    const ask =
      (body: string, type = 'application/json') =>
      (http: TestHttp) =>
        http.send(method, path, body, { 'content-type': type })
    const isObject = schema.type === 'object' || schema.anyOf !== undefined
    const isOptional = !operation.requestBody!.required
    return [
      ['no JSON', 400, ask('{"a":')],
      ['another type', 415, ask('<a/>', 'text/xml')],
      ['too large', 413, ask(`{"a":"${'x'.repeat(bodyBytesMax)}"}`)],
      ...(isObject
        ? ([
            ['a list', 400, ask('[]')],
            ['a number', 400, ask('7')],
          ] as const)
        : []),
      ...(schema.additionalProperties === false ? ([['an unknown field', 400, ask('{"nope":1}')]] as const) : []),
      ...((schema.required ?? []).length > 0 && !isOptional
        ? ([['what is needed is missing', 400, ask('{}')]] as const)
        : []),
    ]
  })
  assert.ok(count > 60, `${count} requests`)
})

test.run()
