/** `wasi:clocks`: the broker's time of day, and how much time has passed. Sleeping is `wasi:io`'s business. */
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'
import { Pollable, sleep } from './io.ts'

export function clocks({ clock }: Pick<CapabilityEnvironment, 'clock'>): Imports {
  return {
    'wasi:clocks/monotonic-clock': {
      now,
      resolution: () => 1n,
      subscribeInstant: readyAt,
      subscribeDuration: (duration: bigint) => readyAt(now() + duration),
    },
    'wasi:clocks/wall-clock': {
      now: () => {
        const ms = clock.now()
        return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1e6 }
      },
      resolution: () => ({ seconds: 0n, nanoseconds: 1e6 }),
    },
  }
}

function now(): bigint {
  return process.hrtime.bigint()
}

function readyAt(instant: bigint): Pollable {
  const isReady = () => now() >= instant
  return new Pollable(isReady, () => sleep(Number(instant - now()) / 1e6))
}
