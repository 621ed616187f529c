/** What settings say of hosts, and what it lets through. */
import * as assert from 'uvu/assert'
import { AllowedHosts } from '../../../src/plugins/capabilities/allowed-hosts.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/allowed-hosts')

test('a host is allowed by its name, on the ports that were named, or else on 80 and 443', () => {
  const table: readonly (readonly [entry: string, allowed: string, refused: string])[] = [
    ['api.test', 'api.test:80 api.test:443', 'api.test:8080 xapi.test:80 a.api.test:80 api.test.evil.test:80'],
    ['API.test:8080', 'api.test:8080', 'api.test:80 api.test:18080'],
    ['api.test:*', 'api.test:1 api.test:65535', 'other.test:1'],
    ['*.api.test', 'a.api.test:443 a.b.api.test:80', 'api.test:80 xapi.test:80 a.api.test:81'],
    ['*.api.test:81', 'a.api.test:81', 'a.api.test:80'],
    ['127.0.0.1:8080', '127.0.0.1:8080', '127.0.0.1:80 127.0.0.2:8080 localhost:8080'],
    ['[::1]:8080', '::1:8080', '::1:80 ::2:8080'],
    ['::1', '::1:80', '::1:8080'],
    ['::ffff:127.0.0.1', '127.0.0.1:80', '127.0.0.2:80'],
    ['10.0.0.0/8', '10.9.8.7:80', '11.0.0.1:80 10.9.8.7:81'],
    ['10.0.0.0/8:*', '10.9.8.7:81', '11.0.0.1:81'],
    ['[fd00::/8]:81', 'fd12::1:81', 'fe80::1:81'],
    ['fd00::/8', 'fd12::1:80', 'fe80::1:80'],
  ]
  for (const [entry, allowed, refused] of table) {
    const hosts = new AllowedHosts([entry])
    const allows = (place: string) => {
      const colon = place.lastIndexOf(':')
      return hosts.allows(place.slice(0, colon), Number(place.slice(colon + 1)))
    }
    for (const place of allowed.split(' ')) assert.ok(allows(place), `${entry}: ${place}`)
    for (const place of refused.split(' ')) assert.not(allows(place), `${entry}: ${place}`)
  }
})

test('any of several entries will do, and none allows nothing', () => {
  assert.ok(new AllowedHosts(['a.test', 'b.test']).allows('b.test', 80))
  assert.not(new AllowedHosts([]).allows('b.test', 80))
})

test('a name may stand for a public address', () => {
  assert.ok(new AllowedHosts([]).allowsAddress('1.1.1.1', 80))
})

test('a name may stand for another address only when that, or localhost for loopback, is allowed on that port', () => {
  const table: readonly (readonly [entry: string, address: string, port: number, isAllowed: boolean])[] = [
    ['api.test', '127.0.0.1', 80, false],
    ['api.test', '10.0.0.1', 80, false],
    ['localhost', '127.0.0.1', 80, true],
    ['localhost', '::1', 80, true],
    ['localhost', '127.0.0.1', 8080, false],
    ['localhost:8080', '127.0.0.1', 8080, true],
    ['localhost', '10.0.0.1', 80, false],
    ['*.localhost', '127.0.0.1', 80, false],
    ['127.0.0.1', '127.0.0.1', 80, true],
    ['127.0.0.1', '127.0.0.2', 80, false],
    ['10.0.0.0/8:*', '10.0.0.1', 8081, true],
    ['169.254.169.254', '169.254.169.254', 80, true],
  ]
  for (const [entry, address, port, isAllowed] of table) {
    assert.is(new AllowedHosts([entry]).allowsAddress(address, port), isAllowed, `${entry}: ${address}:${port}`)
  }
})

test('an entry that is not understood is quoted', () => {
  const entries = [
    '',
    '*',
    '*.',
    'http://api.test',
    'api.test/path',
    'user@api.test',
    'api.test:0',
    'api.test:70000',
    'a b',
    ':80',
  ]
  for (const entry of [
    ...entries,
    '10.0.0.0/33',
    '10.0.0.0/',
    '[api.test]:80',
    '*.10.0.0.1',
    '::ffff:10.0.0.0/104',
    'a:b',
  ]) {
    assert.throws(
      () => new AllowedHosts([entry]),
      (error: Error) => error.message.startsWith(`host ${JSON.stringify(entry)} is not understood: use a name`),
      entry,
    )
  }
})

test.run()
