/**
 * What each API asks for before it answers: docs/security.md says so in a table, and each line of it is tried. An API
 * that is served and has no line fails. `npm run compat:access` holds the same requests against Apache Kafka.
 */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type Acl, type Operation, operations, type ResourceType } from '../../src/authorization/acl.ts'
import { handlers } from '../../src/handlers/index.ts'
import type { Handler } from '../../src/handlers/handler.ts'
import * as errors from '../../src/protocol/errors.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { alterShareGroupOffsets } from '../../src/protocol/messages/alter-share-group-offsets.ts'
import { shareFetch } from '../../src/protocol/messages/share-fetch.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { type Question, questions } from '../support/questions.ts'
import { suite } from '../support/suite.ts'

const test = suite('access')

/** `READ TOPIC` */
type Need = string

/** What is needed for each of the questions of an API: all of it, each by one of its alternatives. */
const [, asked] = readFileSync('docs/security.md', 'utf8').split('### What each API asks for')
const table = new Map(
  [...asked!.split(/^##/m)[0]!.matchAll(/^\| (\w+) \| ((?:[^|\\]|\\\|)+) \|/gm)]
    .filter(([, name]) => name !== 'API')
    .map(([, name, needs]) => [name!, needs!.split(';').map(clausesOf)]),
)

function clausesOf(needs: string): Need[][] {
  if (needs.trim() === 'nothing') return []
  return needs.split('&').map((clause) => clause.split('\\|').map((need) => need.trim()))
}

/** Where the newest version is not for clients. */
const versions: Readonly<Record<string, number>> = { AddPartitionsToTxn: 3 }

/** What must be there for an API to look at topics at all: a session, a group of its type. */
const needed: Readonly<Record<string, readonly Api[]>> = {
  ShareAcknowledge: [shareFetch],
  DeleteShareGroupOffsets: [alterShareGroupOffsets],
}

const failures: Readonly<Record<string, errors.KafkaError>> = {
  TOPIC: errors.TOPIC_AUTHORIZATION_FAILED,
  GROUP: errors.GROUP_AUTHORIZATION_FAILED,
  CLUSTER: errors.CLUSTER_AUTHORIZATION_FAILED,
  TRANSACTIONAL_ID: errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  DELEGATION_TOKEN: errors.DELEGATION_TOKEN_AUTHORIZATION_FAILED,
}

/** Whoever may do this may do the other, too. */
const implying: Readonly<Record<string, readonly Operation[]>> = {
  DESCRIBE: ['READ', 'WRITE', 'DELETE', 'ALTER'],
  DESCRIBE_CONFIGS: ['ALTER_CONFIGS'],
}

/** May do what is named, and nothing else. */
function only(needs: readonly Need[]): Acl[] {
  return needs.map((need) => {
    const [operation, resourceType] = need.split(' ') as [Operation, ResourceType]
    return allowing(operation, resourceType)
  })
}

function allowing(operation: Operation, resourceType: ResourceType): Acl {
  return {
    resourceType,
    resourceName: resourceType === 'CLUSTER' ? 'kafka-cluster' : '*',
    patternType: 'LITERAL',
    principal: 'User:alice',
    host: '*',
    operation,
    permission: 'ALLOW',
  }
}

/** May do everything but what is named. */
function allBut(needs: readonly Need[]): Acl[] {
  const without = new Set(
    needs.flatMap((need) => {
      const [operation, resourceType] = need.split(' ') as [string, string]
      return [operation, ...(implying[operation] ?? [])].map((one) => `${one} ${resourceType}`)
    }),
  )
  const single = Object.keys(operations).filter((name) => !['UNKNOWN', 'ANY', 'ALL'].includes(name))
  return [...Object.keys(failures), 'USER'].flatMap((resourceType) =>
    single
      .filter((operation) => !without.has(`${operation} ${resourceType}`))
      .map((operation) => allowing(operation as Operation, resourceType as ResourceType)),
  )
}

/** The refusals in the answer to alice. */
async function refusals({ api }: Handler, question: Question, acls: readonly Acl[]): Promise<string[]> {
  const broker = testBroker({ settings: { hasAuthorizer: true } })
  try {
    const alice = { principal: 'User:alice' }
    const { id } = topicOf(broker, 't')
    const named = { topic: 't', topicId: id, group: 'g', transactionalId: 'tx', fresh: 'new' }
    broker.cluster.authorizer!.replace(allBut([]))
    for (const before of [offsetCommit, ...(needed[api.name] ?? [])]) {
      await broker.request(before, before.versions[1], questions[before.name]![0]!(named), alice)
    }
    broker.cluster.authorizer!.replace(acls)
    const answer = await broker.request(api, versions[api.name] ?? api.versions[1], question(named), alice)
    const codes = new Set(errorCodes(answer))
    return Object.values(failures)
      .filter(({ code }) => codes.has(code))
      .map(({ name }) => name)
  } finally {
    broker.close()
  }
}

function errorCodes(message: unknown): number[] {
  if (typeof message !== 'object' || message === null || Buffer.isBuffer(message)) return []
  return Object.entries(message).flatMap(([name, value]) =>
    typeof value === 'number' && /errorCode$/i.test(name) ? [value] : errorCodes(value),
  )
}

test('every API that is served has a line in docs/security.md, with as many requests as are tried', () => {
  for (const { api } of handlers) {
    assert.ok(table.has(api.name), `docs/security.md does not say what ${api.name} asks for`)
    assert.ok(questions[api.name], `test/support/questions.ts asks nothing of ${api.name}`)
    const [said, tried] = [table.get(api.name)!.length, questions[api.name]!.length]
    assert.is(said, tried, `${api.name}: needs of ${said} requests are said, ${tried} are tried`)
  }
  const served = new Set(handlers.map(({ api }) => api.name))
  assert.equal(
    [...table.keys()].filter((name) => !served.has(name)),
    [],
  )
})

for (const handler of handlers) {
  test(`${handler.api.name} asks for what is needed, and for nothing else`, async () => {
    for (const [at, clauses] of (table.get(handler.api.name) ?? []).entries()) {
      const question = questions[handler.api.name]![at]!
      const enough = only(clauses.map(([need]) => need!))
      assert.equal(await refusals(handler, question, enough), [], 'who may do just that')
      for (const clause of clauses) {
        const [first] = clause as [Need]
        const error = failures[first.split(' ')[1]!]!
        assert.equal(await refusals(handler, question, allBut(clause)), [error.name], `without ${clause}`)
        for (const need of clause.length > 1 ? clause : []) {
          const others = clause.filter((other) => other !== need)
          assert.equal(await refusals(handler, question, allBut(others)), [], `${need} without ${others}`)
        }
      }
    }
  })
}

test.run()
