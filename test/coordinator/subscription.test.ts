import * as assert from 'uvu/assert'
import { allSubscribedTopics, assignedTopics } from '../../src/coordinator/subscription.ts'
import { subscription } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('subscriptions of consumers')

test('a consumer group reads what its members subscribe to, taken together', () => {
  const topics = allSubscribedTopics([subscription(['a', 'b']), subscription(['b', 'c'])])
  assert.equal([...topics!], ['a', 'b', 'c'])
})

test('whatever follows the topics is left alone, so newer versions are read as well', () => {
  const version3 = Buffer.concat([subscription(['a']), Buffer.from('more, unknown')])
  version3.writeInt16BE(3, 0)
  assert.equal([...allSubscribedTopics([version3])!], ['a'])
})

test('what is no subscription says nothing, whatever the other members say', () => {
  const sound = subscription(['a'])
  const broken = [
    Buffer.alloc(0),
    Buffer.from('no subscription'),
    sound.subarray(0, 7),
    Buffer.from('ffff00000000', 'hex'),
  ]
  for (const each of broken) assert.is(allSubscribedTopics([sound, each]), null, each.toString('hex'))
})

test('lengths that lie are found out', () => {
  for (const count of ['7fffffff', 'ffffffff', '80000000']) {
    assert.is(allSubscribedTopics([Buffer.from(`0000${count}`, 'hex')]), null)
    assert.is(allSubscribedTopics([Buffer.from(`000000000001${count.slice(0, 4)}`, 'hex')]), null)
  }
})

test('a share is read by topic, nothing is an empty one, and what is no share is none', () => {
  const share = '0000 00000001 0001 74 00000002 00000000 00000003 ffffffff'
  const bytes = Buffer.from(share.replaceAll(' ', ''), 'hex')
  assert.equal(assignedTopics(bytes), [{ topic: 't', partitions: [0, 3] }])
  assert.equal(assignedTopics(Buffer.alloc(0)), [])
  for (const wrong of ['no share', '\xff\xff\0\0\0\0', '\0\0\x7f\0\0\0']) {
    assert.is(assignedTopics(Buffer.from(wrong, 'latin1')), null, wrong)
  }
})

test.run()
