/**
 * Reads from a socket straight to where the bytes are wanted. Otherwise Node.js makes a buffer of 64 KiB for each read,
 * large requests are copied out of many of them, and each is garbage that hastens the next collection.
 *
 * Node.js does this, as `onread`, for sockets that connect, but leaves no public way to ask it for one that was
 * accepted. So a new socket is put on the handle of the accepted one, as net.Server itself does. Where there is no such
 * handle, or no socket at all, the bytes come as they always do.
 */
import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Duplex } from 'node:stream'

export interface Receiver {
  /** Where the next bytes are wanted; asked after each read. */
  room(): Buffer
  /** Takes the next bytes, which lie where `room` said if they could be put there. */
  push(bytes: Buffer): void
}

interface Accepted {
  _handle: object | null
}

/** What to write to and to wait for in place of `accepted`, which must not be used any more. */
export function readInto(receiver: Receiver, accepted: Duplex): Duplex {
  // What TLS has decrypted comes through a stream, though it calls itself a socket.
  const isPlain = accepted instanceof Socket && !('encrypted' in accepted)
  const handle = isPlain ? (accepted as unknown as Accepted)._handle : null
  if (typeof handle !== 'object' || handle === null) return accepted.on('data', (bytes: Buffer) => receiver.push(bytes))

  ;(accepted as unknown as Accepted)._handle = null
  const onread = {
    buffer: () => receiver.room(),
    callback: (byteLength: number, buffer: Uint8Array) => {
      receiver.push((buffer as Buffer).subarray(0, byteLength))
      return true
    },
  }
  const socket = new Socket({ handle, onread } as SocketConstructorOpts)
  // Its server counts it as open until then.
  return socket.on('close', () => accepted.destroy())
}
