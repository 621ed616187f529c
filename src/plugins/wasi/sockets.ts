/**
 * `wasi:sockets`, with nothing behind it: every socket and every name is refused. It is here because what CPython and
 * other language runtimes are made of imports it whether a plugin opens a socket or not.
 */
import type { Imports } from '../capability-environment.ts'

/** What is never made has no methods that could be called. */
class Network {}
class TcpSocket {}
class UdpSocket {}
class IncomingDatagramStream {}
class OutgoingDatagramStream {}
class ResolveAddressStream {}

function refuse(): never {
  throw 'access-denied'
}

export function sockets(): Imports {
  return {
    'wasi:sockets/network': { Network },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/tcp': { TcpSocket },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: refuse },
    'wasi:sockets/udp': { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    'wasi:sockets/udp-create-socket': { createUdpSocket: refuse },
    'wasi:sockets/ip-name-lookup': { ResolveAddressStream, resolveAddresses: refuse },
  }
}
