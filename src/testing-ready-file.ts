/**
 * The file by which a suite in another language learns that Blink is ready and where: `ready_file`. It is there, whole,
 * once everything serves, and gone when Blink stops.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Settings } from './settings/settings.ts'
import { StartError } from './start-error.ts'

interface Listening {
  readonly kafkaPorts: readonly number[]
  readonly httpPort: number | null
}

type Where = Pick<Settings, 'readyFile' | 'listenAddress' | 'kafkaHostname'>

/** One that an earlier run left would say that this one is ready. */
export function removeReadyFile({ readyFile }: Pick<Settings, 'readyFile'>): void {
  if (readyFile !== null) rmSync(readyFile, { force: true })
}

export function writeReadyFile({ readyFile, listenAddress, kafkaHostname }: Where, listening: Listening): void {
  if (readyFile === null) return
  const here = listenAddress === '0.0.0.0' || listenAddress === '::' ? '127.0.0.1' : listenAddress
  const { kafkaPorts, httpPort } = listening
  const told = {
    bootstrap: kafkaPorts.map((port) => `${kafkaHostname ?? here}:${port}`).join(','),
    http: httpPort === null ? null : `http://${here}:${httpPort}`,
    pid: process.pid,
  }
  const whole = `${readyFile}.${process.pid}.tmp`
  try {
    writeFileSync(whole, `${JSON.stringify(told)}\n`)
    renameSync(whole, readyFile)
  } catch (error) {
    throw new StartError(`ready_file: ${(error as Error).message}; name a file in a folder that is there`)
  }
}
