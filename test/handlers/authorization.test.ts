import * as assert from 'uvu/assert'
import { Authorizer } from '../../src/authorization/authorizer.ts'
import {
  type Access,
  accessRefusal,
  authorizedOperations,
  clusterOperations,
  clusterRefusal,
  creationRefusal,
  isAllowed,
  isOpenTo,
} from '../../src/handlers/authorization.ts'
import { type Level, type LogEvent, Logger } from '../../src/base/logger.ts'
import { CLUSTER_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED } from '../../src/protocol/errors.ts'
import { insider, type Principal } from '../../src/protocol/principal.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('authorization')

const alice: Principal = { type: 'User', name: 'alice' }

function access(authorizer: Authorizer | null, principal = alice): Access {
  const broker = testBroker()
  broker.close()
  const connection = { nodeId: 1, localAddress: '', remoteAddress: '10.0.0.1', principal }
  return { cluster: { ...broker.cluster, authorizer }, connection }
}

function denying(logger?: Logger): Authorizer {
  return new Authorizer({ superUsers: [], allowsIfNoAclFound: false, ...(logger && { logger }) })
}

/** What is logged from this level on, as `info denied WRITE TOPIC:LITERAL:t`. */
function audited(level: Level): { readonly access: Access; readonly lines: string[] } {
  const lines: string[] = []
  const write = ({ level, message, fields }: LogEvent) =>
    lines.push([level, message, ...Object.values(fields)].join(' '))
  return { access: access(denying(new Logger('kafka.authorizer.logger', { level, now: () => 0, write }))), lines }
}

test('a denial is told with who wanted what, of what, and from where', () => {
  const { access, lines } = audited('info')
  accessRefusal('WRITE', 'TOPIC', 't', access)
  clusterRefusal('ALTER', access)
  assert.equal(lines, [
    'info denied User:alice WRITE TOPIC:LITERAL:t 10.0.0.1',
    'info denied User:alice ALTER CLUSTER:LITERAL:kafka-cluster 10.0.0.1',
  ])
})

test('what nobody asked for is told only to those who want to know all', () => {
  const { access, lines } = audited('info')
  isOpenTo('DESCRIBE', 'TOPIC', 't', access)
  authorizedOperations('GROUP', 'g', access)
  assert.equal(lines, [])
  creationRefusal('t', access)
  assert.equal(lines, ['info denied User:alice CREATE TOPIC:LITERAL:t 10.0.0.1'])
  const all = audited('trace')
  isOpenTo('DESCRIBE', 'TOPIC', 't', all.access)
  assert.equal(all.lines, ['trace denied User:alice DESCRIBE TOPIC:LITERAL:t 10.0.0.1'])
})

test('without an authorizer everyone may do all there is to do, told in the bit fields of Apache Kafka', () => {
  const free = access(null)
  assert.is(accessRefusal('READ', 'GROUP', 'g', free), null)
  assert.is(authorizedOperations('TOPIC', 't', free), 3576)
  assert.is(authorizedOperations('GROUP', 'g', free), 3400)
  assert.is(clusterOperations(free), 8096)
})

test('what is not allowed is refused by the name of the resource', () => {
  const denied = access(denying())
  assert.is(accessRefusal('READ', 'GROUP', 'g', denied), GROUP_AUTHORIZATION_FAILED)
  assert.is(clusterRefusal('ALTER', denied), CLUSTER_AUTHORIZATION_FAILED)
  assert.is(authorizedOperations('TOPIC', 't', denied), 0)
})

test('the cluster tells what one may do only to whom it may be described', () => {
  const authorizer = denying()
  const one = {
    resourceType: 'CLUSTER',
    resourceName: 'kafka-cluster',
    patternType: 'LITERAL',
    principal: 'User:alice',
    host: '10.0.0.1',
    permission: 'ALLOW',
  } as const
  authorizer.add({ ...one, operation: 'CREATE' })
  assert.is(clusterOperations(access(authorizer)), 0)
  authorizer.add({ ...one, operation: 'DESCRIBE' })
  assert.is(clusterOperations(access(authorizer)), (1 << 5) | (1 << 8))
})

test('who asks over HTTP may everything, and none that only goes by the same name', () => {
  assert.ok(isAllowed('READ', 'TOPIC', 't', access(denying(), insider)))
  assert.not(isAllowed('READ', 'TOPIC', 't', access(denying(), { ...insider })))
})

test.run()
