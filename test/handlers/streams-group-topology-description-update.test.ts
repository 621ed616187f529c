import * as assert from 'uvu/assert'
import { UNSUPPORTED_VERSION } from '../../src/protocol/errors.ts'
import * as update from '../../src/protocol/messages/streams-group-topology-description-update.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('handler StreamsGroupTopologyDescriptionUpdate')

test('no description is kept, since no plugin keeps any', async () => {
  const { errorCode, errorMessage } = await testBroker().request(update.streamsGroupTopologyDescriptionUpdate, 0, {
    groupId: 'g',
    memberId: 'm',
    topologyDescription: { subtopologies: [], globalStores: [] },
  })
  assert.is(errorCode, UNSUPPORTED_VERSION.code)
  assert.match(errorMessage!, /plugin/)
})

test.run()
