import { UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import * as update from '../protocol/messages/streams-group-topology-description-update.ts'
import { accessRefusal } from './authorization.ts'
import { groupTypeRefusal } from './group-access.ts'
import { handler } from './handler.ts'

const withoutPlugin = UNSUPPORTED_VERSION.because('This broker has no plugin that keeps descriptions of topologies.')

/** Refuses descriptions of topologies, as a broker does that has no plugin which keeps them (KIP-1331). */
export default handler(update.streamsGroupTopologyDescriptionUpdate, ({ groupId }, context) => {
  const off = groupTypeRefusal('streams', context)
  const { code, message } = off ?? accessRefusal('READ', 'GROUP', groupId, context) ?? withoutPlugin
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
})
