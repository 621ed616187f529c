/** One spelling for each host, and nothing of the machine or its network taken for public. */
import * as assert from 'uvu/assert'
import { canonicalHost, isLoopback, isPublic } from '../../../src/plugins/capabilities/addresses.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/addresses')

test('a host has one spelling', () => {
  const spellings: readonly (readonly [text: string, host: string | null])[] = [
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['127.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['::1', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['[::ffff:7f00:1]', '127.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['my_service', 'my_service'],
  ]
  for (const [text, host] of spellings) assert.is(canonicalHost(text), host, text)
})

test('what is no host has none', () => {
  const texts = [
    '',
    '.',
    'a..',
    'a b',
    'user@host',
    'a/b',
    'a%2eb',
    'a\\b',
    'a:80',
    '1.2.3.400',
    'fe80::1%eth0',
    'ö.de',
    '[::1',
  ]
  for (const text of texts) assert.is(canonicalHost(text), null, text)
})

test('addresses of the machine, its network and of clouds are not public', () => {
  const addresses = [
    '0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.8.8.8 168.63.129.16 169.254.169.254 172.16.0.1',
    '172.31.255.255 192.0.0.192 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1',
    '240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 fe80::1 fc00::1',
    'fd00:ec2::254 ff02::1 2001:db8::1 2001::1 2002:7f00:1:: 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1',
    '3fff::1 localhost example.com',
  ]
  for (const address of addresses.join(' ').split(' ')) assert.is(isPublic(address), false, address)
})

test('others are', () => {
  const addresses = '1.1.1.1 8.8.8.8 172.32.0.1 169.253.0.1 2606:4700::1111 2a00::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1'
  for (const address of addresses.split(' ')) assert.is(isPublic(address), true, address)
})

test('loopback, in each of its clothes', () => {
  for (const address of ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(address), address)
  for (const address of ['128.0.0.1', '::2', 'localhost', '10.0.0.1', '']) assert.not(isLoopback(address), address)
})

test.run()
