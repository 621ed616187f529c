/**
 * What every contestant has in common: it is prepared once, then started any number of times, each in an empty folder.
 */
import { mkdtempSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Wire } from '../wire.ts'
import { BrokerProcess, type Command } from './broker-process.ts'

export interface Broker {
  readonly name: string
  /** Builds or downloads what is missing. Throws Unavailable. */
  prepare(): Promise<void>
  /** How it is started on this port; whatever must be done before, such as formatting its storage, is done here. */
  command(port: number, folder: string): Command | Promise<Command>
}

const startMs = 60_000

/** Only begun: it may not listen yet. */
export async function begin(broker: Broker): Promise<() => BrokerProcess> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'blink-bench-'))
  const command = await broker.command(port, folder)
  return () => new BrokerProcess(broker.name, port, folder, command)
}

/** Begun, and answering. */
export async function start(broker: Broker): Promise<BrokerProcess> {
  const process = (await begin(broker))()
  const wire = await connect(process)
  wire.close()
  return process
}

/** A connection as soon as there can be one. */
export async function connect(process: BrokerProcess): Promise<Wire> {
  const deadline = performance.now() + startMs
  for (;;) {
    const wire = await Wire.connect(process.port).catch(() => null)
    if (wire !== null) return wire
    process.assertAlive()
    if (performance.now() > deadline) throw new Error(`${process.name} did not listen within ${startMs / 1000} s`)
    await setTimeout(1)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
