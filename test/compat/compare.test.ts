import * as assert from 'uvu/assert'
import {
  type Api,
  api,
  array,
  bytes,
  type Fields,
  int16,
  int32,
  int64,
  string,
  struct,
} from '../../src/protocol/schema.ts'
import { suite } from '../support/suite.ts'
import { compareApi, type Difference } from './compare.ts'
import { isWithin, parseMessage, versionRange } from './definitions.ts'

const test = suite('compat: comparing with Kafka')

const kafkaRequest = parseMessage(`// A licence.
{
  "apiKey": 12, "type": "request", "name": "BeatRequest", "validVersions": "0-4", "flexibleVersions": "3+",
  // A remark about version 2.
  "fields": [
    { "name": "GroupId", "type": "string", "versions": "0+" },
    { "name": "Epoch", "type": "int32", "versions": "2+", "default": "-1" },
    { "name": "Topics", "type": "[]Topic", "versions": "0+", "fields": [
      { "name": "Name", "type": "string", "versions": "0+", "nullableVersions": "1+" },
      { "name": "Partitions", "type": "[]int32", "versions": "0-3" }
    ]},
    { "name": "Leader", "type": "Node", "versions": "3+", "taggedVersions": "3+", "tag": 0 }
  ],
  "commonStructs": [
    { "name": "Node", "versions": "3+", "fields": [
      { "name": "Id", "type": "int32", "versions": "3+", "default": "-1" }
    ]}
  ]
}`)
const kafkaResponse = parseMessage(`{
  "apiKey": 12, "type": "response", "name": "BeatResponse", "validVersions": "0-4", "flexibleVersions": "3+",
  "fields": [{ "name": "ErrorCode", "type": "int16", "versions": "0+" }]
}`)

const request = {
  groupId: string,
  epoch: int32.since(2).absent(-1),
  topics: array({ name: string.nullable(1), partitions: array(int32).until(3) }),
  leader: struct({ id: int32.absent(-1) })
    .since(3)
    .tag(0),
}
const faithful = api({ key: 12, name: 'Beat', versions: [0, 4], flexible: 3, request, response: { errorCode: int16 } })

/** What the comparison says when the request is described so. */
function differences(described: Fields, change: Partial<Api> = {}): string[] {
  const found = compareApi({ ...faithful, request: described, ...change }, kafkaRequest, kafkaResponse)
  return found.map(({ path, versions, what }: Difference) => `${path} v${versions.join('-')} ${what}`)
}

test('a faithful description has no difference', () => {
  assert.equal(differences(request), [])
})

test('a field too few and a field too many', () => {
  const { groupId, ...rest } = request
  assert.equal(differences(rest), ['groupId v0-4 missing'])
  assert.equal(differences({ ...request, extra: int32.since(4) }), ['extra v4-4 unknown to Kafka'])
})

test('a field that comes too late, or stays too long', () => {
  assert.equal(differences({ ...request, epoch: int32.since(3).absent(-1) }), ['epoch v2-2 missing'])
  const topics = array({ name: string.nullable(1), partitions: array(int32) })
  assert.equal(differences({ ...request, topics }), ['topics[].partitions v4-4 unknown to Kafka'])
})

test('another type, also within an array', () => {
  assert.equal(differences({ ...request, groupId: bytes }), ['groupId v0-4 type bytes; Kafka: string'])
  const topics = array({ name: string.nullable(1), partitions: array(int64).until(3) })
  assert.equal(differences({ ...request, topics }), ['topics[].partitions v0-3 type []int64; Kafka: []int32'])
})

test('null allowed from another version on', () => {
  const topics = array({ name: string.nullable(), partitions: array(int32).until(3) })
  assert.equal(differences({ ...request, topics }), ['topics[].name v0-0 isNullable true; Kafka: false'])
})

test('another tag, and a tag where there is none', () => {
  const leader = struct({ id: int32.absent(-1) }).since(3)
  assert.equal(differences({ ...request, leader: leader.tag(1) }), ['leader v3-4 tag 1; Kafka: 0'])
  assert.equal(differences({ ...request, leader }), ['leader v3-4 tag null; Kafka: 0'])
})

test('another default, where a version lacks the field or it is tagged', () => {
  assert.equal(differences({ ...request, epoch: int32.since(2) }), ['epoch v2-4 default 0; Kafka: -1'])
  const leader = struct({ id: int32 }).since(3).tag(0)
  assert.equal(differences({ ...request, leader }), ['leader.id v3-4 default 0; Kafka: -1'])
})

test('another default is no difference where the field always travels', () => {
  assert.equal(differences({ ...request, groupId: string.absent('none') }), [])
})

test('another order', () => {
  const { groupId, ...rest } = request
  assert.equal(differences({ ...rest, groupId }), [' v0-4 another order'])
})

test('other versions, another key, flexible from another version on', () => {
  const kafka = 'Kafka: versions 0-4, flexible from 3, key 12'
  const both = (what: string) => [` v0-4 ${what}; ${kafka}`, ` v0-4 ${what}; ${kafka}`]
  assert.equal(differences(request, { flexible: 4 }), both('versions 0-4, flexible from 4, key 12'))
  assert.equal(differences(request, { key: 13 }), both('versions 0-4, flexible from 3, key 13'))
  assert.is(differences(request, { versions: [0, 3] }).length, 2)
})

test('ranges of versions', () => {
  assert.equal(versionRange('3-7'), [3, 7])
  assert.equal(versionRange('3'), [3, 3])
  assert.equal(versionRange('3+'), [3, Number.POSITIVE_INFINITY])
  assert.is(versionRange('none'), null)
  assert.ok(isWithin(5, '3+'))
  assert.not.ok(isWithin(2, '3-7'))
  assert.not.ok(isWithin(2, undefined))
})

test.run()
