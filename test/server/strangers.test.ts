import * as assert from 'uvu/assert'
import { strangerGreeting } from '../../src/server/strangers.ts'
import { suite } from '../support/suite.ts'

const test = suite('strangers')

test('an HTTP request is told which port speaks HTTP', () => {
  const greeting = strangerGreeting(Buffer.from('GET /health HTTP/1.1\r\n\r\n'), 30005)
  assert.match(greeting?.answer ?? '', /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.match(greeting?.answer ?? '', /HTTP is served on port 30005/)
})

test('the answer says as many bytes as it has', () => {
  const [head, body] = (strangerGreeting(Buffer.from('POST / HTTP/1.1'), null)?.answer ?? '').split('\r\n\r\n')
  assert.match(head ?? '', new RegExp(`Content-Length: ${Buffer.byteLength(body ?? '')}`))
})

test('where HTTP is switched off, it says so', () => {
  assert.match(strangerGreeting(Buffer.from('PUT /x HTTP/1.1'), null)?.answer ?? '', /switched off/)
})

test('every method of HTTP is known', () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE', 'PRI']) {
    assert.ok(strangerGreeting(Buffer.from(`${method} / HTTP/1.1`), 1), method)
  }
})

test('a TLS handshake is not answered, but logged', () => {
  const greeting = strangerGreeting(Buffer.from('160301020001', 'hex'), 1)
  assert.is(greeting?.answer, null)
  assert.match(greeting?.what ?? '', /TLS/)
})

test('a Kafka request is no stranger', () => {
  assert.is(strangerGreeting(Buffer.from('0000002100120003', 'hex'), 1), null)
})

test('nor is the first byte of one', () => {
  assert.is(strangerGreeting(Buffer.from('00', 'hex'), 1), null)
})

test.run()
