import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { Reader, Writer } from '../../src/base/bytes.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { handlers } from '../../src/handlers/index.ts'
import { compile } from '../../src/protocol/compile.ts'
import { describedApis, messagesOf } from '../support/apis.ts'
import { asJson } from '../support/golden.ts'
import { sampleMessage } from '../support/samples.ts'
import { suite } from '../support/suite.ts'

const test = suite('messages', 20)
const apis = await describedApis()
const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)

test('no two APIs share a key or a name', () => {
  assert.is(new Set(apis.map(({ key }) => key)).size, apis.length)
  assert.is(new Set(apis.map(({ name }) => name)).size, apis.length)
})

test('the messages of src/protocol/messages are the APIs that this release serves', () => {
  assert.equal(
    apis.map(({ name }) => name),
    handlers.map(({ api }) => api.name),
  )
})

for (const api of apis) {
  test(`any ${api.name} comes back as it went out (seed ${seed})`, () => {
    const random = new SeededRandom(seed + api.key)
    for (const { name, fields, version, isFlexible } of messagesOf(api)) {
      const codec = compile(fields, version, isFlexible)
      for (let round = 0; round < 25; round++) {
        const message = sampleMessage(fields, version, random)
        const writer = new Writer()
        codec.encode(writer, message)
        const reader = new Reader(writer.concat())
        assert.equal(codec.decode(reader), message, name)
        assert.is(reader.left, 0, name)
      }
    }
  })
}

/** Made with the codec of Kafka's own client; `test/compat/codec.ts` says how. */
interface Golden {
  readonly name: string
  readonly version: number
  readonly value: object
  readonly hex: string
}

const golden = readFileSync(new URL('../../../test/protocol/golden.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')

for (const line of golden) {
  const { name, version, hex }: Golden = JSON.parse(line)
  test(`${name} v${version} is, byte for byte, what Kafka's client makes of it`, () => {
    const api = apis.find((each) => name.startsWith(each.name))!
    const { fields, isFlexible } = messagesOf(api).find(
      (each) =>
        each.version === version && name === `${api.name}${each.direction === 'request' ? 'Request' : 'Response'}`,
    )!
    const codec = compile(fields, version, isFlexible)
    const message = codec.decode(new Reader(Buffer.from(hex, 'hex')))
    assert.is(asJson(fields, version, message), /"value":(.*),"hex"/.exec(line)![1])
    const writer = new Writer()
    codec.encode(writer, message)
    assert.is(writer.concat().toString('hex'), hex)
  })
}

test.run()
