/** Errors of HTTP, and those of Kafka told over it. */
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import * as assert from 'uvu/assert'
import { answerErrors, fromKafka, HttpError, shown, wrongField } from '../../src/http/errors.ts'
import {
  INVALID_CONFIG,
  type KafkaError,
  KAFKA_STORAGE_ERROR,
  MESSAGE_TOO_LARGE,
  OFFSET_OUT_OF_RANGE,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { reply } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('http errors')

const statuses: readonly [error: KafkaError, status: number][] = [
  [UNKNOWN_TOPIC_OR_PARTITION, 404],
  [OFFSET_OUT_OF_RANGE, 416],
  [MESSAGE_TOO_LARGE, 413],
  [KAFKA_STORAGE_ERROR, 503],
  [UNKNOWN_SERVER_ERROR, 500],
]

for (const [error, status] of statuses) {
  test(`${error.name} answers ${status} and keeps its name`, () => {
    const told = fromKafka(error.because('why'))
    assert.is(told.status, status)
    assert.equal(told.body, { error: { code: error.name, message: 'why' } })
  })
}

test('what Kafka says without a remedy gets one', () => {
  const told = fromKafka(INVALID_CONFIG.because("Topics have no config 'foo'."))
  assert.match(told.message, /^Topics have no config 'foo'; the configs of a topic or broker/)
})

test('an error without a message says its name', () => {
  assert.is(fromKafka(OFFSET_OUT_OF_RANGE).message, 'OFFSET_OUT_OF_RANGE')
})

test('a wrong field is named for programs, too', () => {
  assert.equal(wrongField('key', 'is odd').body, {
    error: { code: 'invalid_request', message: 'key is odd', field: 'key' },
  })
})

test('what is wrong is shown shortened', () => {
  assert.is(shown(undefined), 'missing')
  assert.is(shown(Buffer.alloc(9)), 'a file')
  assert.is(shown('x'.repeat(100)).length, 61)
})

test('an app answers whatever was raised in one form', async () => {
  const app = new Hono()
  answerErrors(app, [{ method: 'GET', path: '/' }])
  app.get('/own', () => {
    throw new HttpError(418, 'teapot', 'short and stout', { spout: true })
  })
  app.get('/hono', () => {
    throw new HTTPException(400, { message: 'bad' })
  })
  const own = await reply(await app.request('/own'))
  assert.is(own.status, 418)
  assert.equal(own.json, { error: { code: 'teapot', message: 'short and stout', spout: true } })
  const theirs = await reply(await app.request('/hono'))
  assert.equal(theirs.json, { error: { code: 'invalid_request', message: 'bad' } })
})

test.run()
