/** Plugins hear who a client has proved to be, when it produces and when it fetches. */
import * as assert from 'uvu/assert'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import type { Client } from '../../src/plugins/judgement.ts'
import { testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { questions } from '../support/questions.ts'
import { suite } from '../support/suite.ts'

const test = suite('a client that proved itself')

class Watching extends ScriptedJudge {
  readonly viewers: Client[] = []

  override view(...asked: Parameters<ScriptedJudge['view']>) {
    this.viewers.push(asked[4])
    return super.view(...asked)
  }
}

test('is known to plugins by its principal, and one that had to prove nothing by none', async ({ after }) => {
  const judge = new Watching()
  judge.viewed.add('t')
  const broker = testBroker({ judge })
  after(broker.close)
  const { id } = topicOf(broker, 't')
  const named = { topic: 't', topicId: id, group: 'g', transactionalId: 'x', fresh: 'f' }
  for (const from of [{}, { principal: 'User:alice' }]) {
    await produceTo(broker, 't', batchOf(['x']), from)
    await broker.request(fetch, 17, questions['Fetch']![0]!(named), from)
  }
  const known = [null, 'User:alice'].map((principal) => ({ id: 'test', principal }))
  assert.equal(
    judge.senders.map(({ client }) => client),
    known,
  )
  // By the second fetch there are two batches.
  assert.equal(judge.viewers, [known[0], known[1], known[1]])
})

test.run()
