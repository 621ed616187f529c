import * as assert from 'uvu/assert'
import { addressText, parseAddress, parseAddresses } from '../../src/client/address.ts'
import { refused } from '../support/client.ts'
import { suite } from '../support/suite.ts'

const test = suite('addresses')

test('a host with its port, also as a number of IPv6', () => {
  assert.equal(parseAddress('localhost:9092'), { host: 'localhost', port: 9092 })
  assert.equal(parseAddress('[::1]:9092'), { host: '::1', port: 9092 })
})

test('several are separated by commas', () => {
  assert.equal(parseAddresses('a:1, b:2'), ['a:1', 'b:2'])
})

test('what is no address is told with what one looks like', async () => {
  for (const wrong of ['localhost', 'a:0', 'a:70000', ':9092', 'http://a:9092', 'a:1,', '']) {
    const { message, failure } = await refused(() => parseAddresses(wrong))
    assert.match(message, /is no address: write host:port, as in localhost:9092$/)
    assert.is(failure, 'wrong')
  }
})

test('an address is written as it is read', () => {
  for (const text of ['localhost:9092', '[::1]:9092']) {
    const { host, port } = parseAddress(text)
    assert.is(addressText(host, port), text)
  }
})

test.run()
