/** What is asked of every API: versions that are not served, and bytes that are no request of it. */
import type { Api } from '../../../../src/protocol/schema.ts'
import { requestBytes } from '../side.ts'
import { type Story, story } from '../telling.ts'
import { complete } from '../../../support/broker.ts'

const int32Max = 2_147_483_647

export function strangeFrames(api: Api): Story {
  const [min, max] = api.versions
  return story(
    api,
    'strange bytes',
    async (told) => {
      const whole = requestBytes(api, max, complete(api.request, {}))
      const withVersion = (version: number) => {
        const frame = Buffer.from(whole)
        frame.writeInt16BE(version, 6)
        return frame
      }
      await told.askBytes('a version too new', withVersion(max + 1), api, max)
      if (min > 0) await told.askBytes('a version too old', withVersion(min - 1), api, max)
      await told.askBytes('a length beyond every limit', withLength(whole, int32Max), api, max)
      await told.askBytes('a negative length', withLength(whole, -1), api, max)
      await told.askBytes('a header alone', resized(whole.subarray(0, 4 + 8)), api, max)
      await told.askBytes('a message cut short', resized(whole.subarray(0, whole.length - 1)), api, max)
      await told.askBytes('a byte too many', resized(Buffer.concat([whole, Buffer.from([0])])), api, max)
    },
    [max, max],
  )
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
