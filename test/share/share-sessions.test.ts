import * as assert from 'uvu/assert'
import {
  INVALID_REQUEST,
  INVALID_SHARE_SESSION_EPOCH,
  KafkaError,
  SHARE_SESSION_LIMIT_REACHED,
  SHARE_SESSION_NOT_FOUND,
  UNKNOWN_SERVER_ERROR,
} from '../../src/protocol/errors.ts'
import { ShareSessions } from '../../src/share/share-sessions.ts'
import { suite } from '../support/suite.ts'

const test = suite('share sessions')

function sessionsOf(sessionsMax = 10) {
  const told: string[] = []
  const sessions = new ShareSessions({
    sessionsMax: () => sessionsMax,
    release: ({ memberId }, partitions) => told.push(`release ${memberId} ${partitions.length}`),
    forgetGroup: (groupId) => told.push(`forget ${groupId}`),
  })
  const request = { groupId: 'g', memberId: 'm', forgotten: [], hasAcknowledgements: false, connection: {} }
  const partitions = [{ topicId: 't', partition: 0 }]
  const fetch = (epoch: number, more: object = {}) => {
    const session = sessions.fetch({ ...request, epoch, partitions, ...more })
    return session instanceof KafkaError ? session : [...session.partitions.keys()].join()
  }
  return { sessions, told, fetch }
}

test('a session gathers what is asked for, and drops what is forgotten', () => {
  const { fetch } = sessionsOf()
  const more = [
    { topicId: 't', partition: 1 },
    { topicId: 'u', partition: 0 },
  ]
  assert.is(fetch(0), 't/0')
  assert.is(fetch(1, { partitions: more }), 't/0,t/1,u/0')
  assert.is(fetch(2, { partitions: [], forgotten: more }), 't/0')
  assert.is(fetch(2), INVALID_SHARE_SESSION_EPOCH)
  assert.is(fetch(0, { partitions: more }), 't/1,u/0', 'anew')
})

test('what begins no session', () => {
  const { fetch, sessions } = sessionsOf(1)
  assert.is(fetch(3), SHARE_SESSION_NOT_FOUND)
  assert.is(fetch(-1), SHARE_SESSION_NOT_FOUND)
  assert.is(fetch(0, { hasAcknowledgements: true }), INVALID_REQUEST)
  const twice = [
    { topicId: 't', partition: 0 },
    { topicId: 't', partition: 0 },
  ]
  assert.is(fetch(0, { partitions: twice }), UNKNOWN_SERVER_ERROR)
  assert.is(fetch(0), 't/0')
  assert.is(fetch(0), 't/0', 'in the place of its own')
  assert.is(fetch(0, { memberId: 'n' }), SHARE_SESSION_LIMIT_REACHED)
  assert.is(sessions.count, 1)
})

test('the epoch after the last is the first', () => {
  const { fetch, sessions } = sessionsOf()
  fetch(0)
  sessions.get({ groupId: 'g', memberId: 'm' })!.epoch = 0x7fff_ffff
  assert.is(fetch(0x7fff_ffff), 't/0')
  assert.is(fetch(1), 't/0')
})

test('a connection that closes ends the session that was opened over it, and the last of a group that', () => {
  const { fetch, sessions, told } = sessionsOf()
  const [one, other] = [{}, {}]
  fetch(0, { connection: one })
  fetch(0, { connection: other, memberId: 'n' })
  sessions.closed(one)
  assert.equal(told.splice(0), ['release m 1'])
  sessions.close({ groupId: 'g', memberId: 'n' })
  assert.equal(told.splice(0), ['release n 1'])
  sessions.closed(other)
  sessions.closed(other)
  assert.equal(told, ['forget g'])
})

test.run()
