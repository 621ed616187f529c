/**
 * `wasi:http`: requests of a plugin, made by the broker's thread while the plugin's sleeps. One goes after another:
 * where a plugin makes several before it looks at the answers, they do not overlap.
 *
 * A request is sent when `handle` has it and its body is finished, whichever comes last. To serve requests is not
 * offered, so what belongs to that is there by name alone: jco's bindings look for all classes of an interface.
 */
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'
import { HeldBytes } from '../../guest/held-bytes.ts'
import type { HttpAnswer, HttpCall } from '../http-call.ts'
import { Fields } from './http-fields.ts'
import { bytesOnce, call, OutgoingBody, OutgoingRequest, RequestOptions } from './http-request.ts'
import { FutureIncomingResponse, FutureTrailers, IncomingBody, IncomingResponse, resolve } from './http-response.ts'
import type { IoError } from './io.ts'

const nothing = new Uint8Array()

class IncomingRequest {}
class OutgoingResponse {}
class ResponseOutparam {}

export function http({ calls }: CapabilityEnvironment): Imports {
  const held = new HeldBytes()
  class OwnRequest extends OutgoingRequest {
    constructor(headers: Fields) {
      super(headers, held)
    }
  }
  const handle = (request: OutgoingRequest, options: RequestOptions | undefined): FutureIncomingResponse => {
    const asked = request[call](options)
    const body = request.takenBody
    const future = new FutureIncomingResponse(held)
    const send = () => {
      const outcome = body?.outcome ?? 'finished'
      if (outcome === 'finished') future[resolve](ask({ ...asked, body: body?.[bytesOnce]() ?? nothing }))
      else future[resolve]({ error: outcome })
    }
    if (body === null || body.outcome !== null) send()
    else body.onEnd = send
    return future
  }
  const ask = (call: HttpCall) => calls.ask('http', call) as HttpAnswer
  const types = {
    Fields,
    FutureIncomingResponse,
    FutureTrailers,
    IncomingBody,
    IncomingRequest,
    IncomingResponse,
    OutgoingBody,
    OutgoingRequest: OwnRequest,
    OutgoingResponse,
    RequestOptions,
    ResponseOutparam,
    // What a stream of another interface has to say is no error of HTTP.
    httpErrorCode: ({ detail }: IoError) => (typeof detail === 'object' && detail !== null ? detail : undefined),
  }
  return { 'wasi:http/outgoing-handler': { handle }, 'wasi:http/types': types }
}
