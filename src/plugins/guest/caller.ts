/** The ways to call a plugin's `on-record`, as the thread that judges batches knows them: all are called alike. */

/** Where key and value lie in `bytes`; a negative length is null for the key, empty for the value. */
export type Call = (keyAt: number, keyLength: number, valueAt: number, valueLength: number, isText: boolean) => boolean

/** One way to call `on-record`. */
export interface Caller {
  /** For the records of one batch. */
  prepare(bytes: Uint8Array, topic: Buffer, partition: number): void
  /** Calls are made only within; many of them, since entering costs as much as several calls. */
  within(run: () => void): void
  readonly call: Call
}

/** jco's view of the exported interface. */
export interface Binding {
  init(): number | undefined
  onRecord(topic: string, partition: number, key: string | undefined, value: string): boolean
}
