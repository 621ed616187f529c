/** What an import is given, in the thread of the test: calls are written down, and answered as the test says. */
import { ManualClock } from '../../src/base/clock.ts'
import { type Grants, nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import type { CapabilityEnvironment } from '../../src/plugins/capabilities/capability-environment.ts'

export interface FakeEnvironment {
  readonly environment: CapabilityEnvironment
  /** `ask` or `tell`, the name, and the argument, in their order. */
  readonly calls: readonly (readonly [how: 'ask' | 'tell', name: string, argument: unknown])[]
  /** How many tellings the broker has taken up. */
  taken: number
}

export function fakeEnvironment(
  grants: Partial<Grants>,
  answer: (name: string, argument: unknown) => unknown = () => null,
  more: Partial<CapabilityEnvironment> = {},
): FakeEnvironment {
  const calls: ['ask' | 'tell', string, unknown][] = []
  let told = 0
  const fake = {
    calls,
    taken: 0,
    environment: {
      plugin: 'p',
      grants: { ...nothingGranted, ...grants },
      config: null,
      folder: null,
      clock: new ManualClock(),
      log: () => {},
      by: () => [],
      memoryBytes: () => 0,
      memoryBytesMax: 0,
      pressure: new Int32Array(1),
      ...more,
      calls: {
        ask(name: string, argument: unknown) {
          calls.push(['ask', name, argument])
          return answer(name, argument)
        },
        tell(name: string, argument: unknown) {
          calls.push(['tell', name, argument])
          return ++told
        },
        get taken() {
          return fake.taken
        },
      },
    },
  } as FakeEnvironment
  return fake
}

/** What a `result` holds that is an error: a plain value, thrown. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
  throw new Error('it threw nothing')
}
