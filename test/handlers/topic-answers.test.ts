import * as assert from 'uvu/assert'
import { TopicAnswers } from '../../src/handlers/topic-answers.ts'
import { suite } from '../support/suite.ts'

const test = suite('answers by topic')
const [first, again, other] = ['t', 't', 'u'].map((name) => ({ name, topicId: 'id' }))

function listed(answers: TopicAnswers<number>) {
  return answers.list().map(({ name, partitions }) => [name, partitions])
}

test('partitions are gathered by entry of the request', () => {
  const answers = new TopicAnswers<number>()
  answers.answer(first!, 0)
  answers.answer(other!, 1)
  answers.answer(first!, 2)
  answers.answer(again!, 3)
  assert.equal(listed(answers), [
    ['t', [0, 2]],
    ['u', [1]],
    ['t', [3]],
  ])
})

test('once anything was refused they are gathered by topic, what was refused first', () => {
  const answers = new TopicAnswers<number>()
  answers.refuse(other!, [])
  answers.refuse(first!, [7, 8])
  answers.answer(first!, 0)
  answers.answer(again!, 3)
  assert.equal(listed(answers), [
    ['u', []],
    ['t', [7, 8, 0, 3]],
  ])
})

test.run()
