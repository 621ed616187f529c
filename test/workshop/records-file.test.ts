/** records.jsonl, as people write it. */
import * as assert from 'uvu/assert'
import { readRecords } from '../../src/workshop/records-file.ts'
import { suite } from '../support/suite.ts'
import { mistake, temporaryFolder, written } from '../support/workshop-shell.ts'

const test = suite('workshop: records.jsonl')

test('a value is enough, and everything can be said', (cleanup) => {
  const file = written(temporaryFolder(cleanup), 'records.jsonl', [
    { value: 'v' },
    '',
    {
      topic: 'orders',
      partition: 2,
      key: { base64: 'AAE=' },
      value: null,
      headers: [
        ['a', '1'],
        ['a', null],
      ],
      timestamp: 5,
      client: 'c',
      principal: 'User:p',
      expect: { verdict: 'reject', reason: 'why' },
    },
  ])
  const [plain, whole] = readRecords(file)
  assert.equal(
    { ...plain, value: `${plain!.value}` },
    {
      line: 1,
      topic: 'test',
      partition: 0,
      key: null,
      value: 'v',
      headers: [],
      timestamp: null,
      client: { id: null, principal: null },
      expect: null,
    },
  )
  const { line, topic, partition, key, value, headers, timestamp, client, expect } = whole!
  assert.equal([line, topic, partition, timestamp, value], [3, 'orders', 2, 5, null])
  assert.equal([...key!], [0, 1])
  assert.equal(
    headers.map(({ key, value }) => `${key} ${value}`),
    ['a 1', 'a null'],
  )
  assert.equal(client, { id: 'c', principal: 'User:p' })
  assert.equal(expect, { verdict: 'reject', reason: 'why' })
})

test('JSON stands for itself, and headers may be an object', (cleanup) => {
  const line = { key: 7, value: { a: [1] }, headers: { h: 'x' }, expect: 'accept' }
  const [record] = readRecords(written(temporaryFolder(cleanup), 'r', [line]))
  assert.equal([`${record!.key}`, `${record!.value}`], ['7', '{"a":[1]}'])
  assert.equal(
    record!.headers.map(({ key, value }) => `${key}=${value}`),
    ['h=x'],
  )
  assert.equal(record!.expect, { verdict: 'accept' })
})

const wrong: readonly [line: unknown, message: RegExp][] = [
  ['{"value":', /r:1: not JSON: /],
  [[1], /r:1: a record is not an object$/],
  [{ key: 'k' }, /r:1: value is missing; null is a tombstone$/],
  [{ value: 'v', vlaue: 1 }, /r:1: a record knows no vlaue; use topic, /],
  [{ value: 'v', partition: -1 }, /r:1: partition is to be a whole number from 0$/],
  [{ value: 'v', headers: 3 }, /r:1: headers are to be an object, or pairs/],
  [{ value: 'v', expect: 'refuse' }, /r:1: expect is "refuse"; use accept, reject, /],
  [{ value: 'v', expect: { verdict: 'throttle', ms: 'x' } }, /r:1: ms of expect is to be a number$/],
  ['', /r holds no record: write one a line/],
]
for (const [line, message] of wrong) {
  test(`${JSON.stringify(line)} is wrong usage`, async (cleanup) => {
    const file = written(temporaryFolder(cleanup), 'r', [line])
    const { message: said, exitCode } = await mistake(() => readRecords(file))
    assert.match(said, message)
    assert.is(exitCode, 2)
  })
}

test('a file that is not there', async () => {
  assert.match((await mistake(() => readRecords('nowhere.jsonl'))).message, /^nowhere.jsonl: there is no such file; /)
})

test.run()
