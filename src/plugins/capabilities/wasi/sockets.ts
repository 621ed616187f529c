/**
 * `wasi:sockets`: there by name, with no socket behind it. Toolchains whose languages have sockets in their library,
 * Python for one, import it for every program; so it is granted to all, and whatever is asked of it is denied.
 */
import type { Imports } from '../capability-environment.ts'
import { Pollable } from './io.ts'

/** The error of a `result`. */
function deny(): never {
  throw 'access-denied'
}

/** jco's bindings look for them in the prototype. */
function denying(...names: readonly string[]): Readonly<Record<string, () => never>> {
  return Object.fromEntries(names.map((name) => [name, deny]))
}

/** Stands for the network, and leads nowhere. */
class Network {}

// None of these is ever handed out.

class Socket {
  addressFamily(): string {
    return 'ipv4'
  }
  subscribe(): Pollable {
    return new Pollable()
  }
}
class TcpSocket extends Socket {
  isListening(): boolean {
    return false
  }
}
class UdpSocket extends Socket {}
class Stream {
  subscribe(): Pollable {
    return new Pollable()
  }
}
class IncomingDatagramStream extends Stream {}
class OutgoingDatagramStream extends Stream {}
class ResolveAddressStream extends Stream {}

const both = ['startBind', 'finishBind', 'localAddress', 'remoteAddress']
const buffers = ['receiveBufferSize', 'setReceiveBufferSize', 'sendBufferSize', 'setSendBufferSize']
const connecting = ['startConnect', 'finishConnect', 'startListen', 'finishListen', 'accept', 'shutdown']
const keepAlive = ['keepAliveEnabled', 'keepAliveIdleTime', 'keepAliveInterval', 'keepAliveCount', 'hopLimit']
const setters = ['KeepAliveEnabled', 'KeepAliveIdleTime', 'KeepAliveInterval', 'KeepAliveCount', 'HopLimit']
const setKeepAlive = [...setters, 'ListenBacklogSize'].map((name) => `set${name}`)
Object.assign(TcpSocket.prototype, denying(...both, ...buffers, ...connecting, ...keepAlive, ...setKeepAlive))
Object.assign(UdpSocket.prototype, denying(...both, ...buffers, 'stream', 'unicastHopLimit', 'setUnicastHopLimit'))
Object.assign(IncomingDatagramStream.prototype, denying('receive'))
Object.assign(OutgoingDatagramStream.prototype, denying('checkSend', 'send'))
Object.assign(ResolveAddressStream.prototype, denying('resolveNextAddress'))

export function sockets(): Imports {
  return {
    'wasi:sockets/network': { Network, networkErrorCode: () => undefined },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/udp': { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    'wasi:sockets/udp-create-socket': { createUdpSocket: deny },
    'wasi:sockets/tcp': { TcpSocket },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: deny },
    'wasi:sockets/ip-name-lookup': { ResolveAddressStream, resolveAddresses: deny },
  }
}
