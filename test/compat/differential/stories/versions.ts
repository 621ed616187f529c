/** What is asked of every API: versions that are not served, and bytes that are no request of it. */
import { apiVersions } from '../../../../src/protocol/messages/api-versions.ts'
import type { Api } from '../../../../src/protocol/schema.ts'
import { clientId, requestBytes } from '../side.ts'
import { type Story, story } from '../telling.ts'
import { complete } from '../../../support/broker.ts'

const int32Max = 2_147_483_647
/** A frame begins with its length, then key, version, correlation id and client id. */
const keyAt = 4
const versionAt = 6
const clientIdAt = 12
const tagsAt = clientIdAt + 2 + clientId.length

export function strangeFrames(api: Api): Story {
  const [min, max] = api.versions
  return story(
    api,
    'strange bytes',
    async (told) => {
      const whole = requestBytes(api, max, complete(api.request, {}))
      const withVersion = (version: number) => withInt16(whole, versionAt, version)
      await told.askBytes('a version too new', withVersion(max + 1), api, max)
      if (api.key === apiVersions.key)
        await told.askBytes('an API that there is not', withInt16(whole, keyAt, 999), api, max)
      if (min > 0) await told.askBytes('a version too old', withVersion(min - 1), api, max)
      await told.askBytes('a length beyond every limit', withLength(whole, int32Max), api, max)
      await told.askBytes('a negative length', withLength(whole, -1), api, max)
      await told.askBytes('a header alone', resized(whole.subarray(0, 4 + 8)), api, max)
      await told.askBytes('a message cut short', resized(whole.subarray(0, whole.length - 1)), api, max)
      await told.askBytes('a byte too many', resized(Buffer.concat([whole, Buffer.from([0])])), api, max)
      await told.askBytes('without a client id', anonymous(whole), api, max)
      if (max < api.flexible) return
      await told.askBytes('a tag that there is not, in the header', tagged(whole, tagsAt, tagsAt + 1), api, max)
      await told.askBytes('a tag that there is not', tagged(whole, whole.length - 1, whole.length), api, max)
    },
    [max, max],
  )
}

function withInt16(frame: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(frame)
  copy.writeInt16BE(value, at)
  return copy
}

/** Its length is −1, and no letters follow. */
function anonymous(frame: Buffer): Buffer {
  return resized(Buffer.concat([frame.subarray(0, clientIdAt), Buffer.from([0xff, 0xff]), frame.subarray(tagsAt)]))
}

/** One tag with a byte to it, in place of none. */
function tagged(frame: Buffer, from: number, to: number): Buffer {
  return resized(Buffer.concat([frame.subarray(0, from), Buffer.from([1, 99, 1, 7]), frame.subarray(to)]))
}

/** With the length that it has now. */
function resized(frame: Buffer): Buffer {
  return withLength(frame, frame.length - 4)
}

function withLength(frame: Buffer, length: number): Buffer {
  const copy = Buffer.from(frame)
  copy.writeInt32BE(length)
  return copy
}
