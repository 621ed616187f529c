/** A question that the benchmark asks: one file each, answered by one or more tables. */
import type { Broker } from '../brokers/broker.ts'
import type { Loader } from '../loaders/loader.ts'
import type { Table } from '../table.ts'

export interface Setting {
  /** Blink first; then, when asked for, the version to compare with and the peers. */
  readonly brokers: readonly Broker[]
  /** Blink with a compiled plugin that looks at every record. */
  readonly withGuard: readonly Broker[]
  /** Blink with a plugin in JavaScript, which is interpreted within WebAssembly. */
  readonly withDemo: readonly Broker[]
  readonly loaders: readonly Loader[]
  readonly rounds: number
}

export interface Question {
  /** For `--only`. */
  readonly name: string
  /** Tables, or text that is one already. */
  ask(setting: Setting): AsyncIterable<Table | string>
}
