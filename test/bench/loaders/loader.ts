/** What puts a broker under load. A loader may be missing on a machine; the raw one never is. */
export interface Load {
  readonly topic: string
  readonly partitionCount: number
  readonly recordBytes: number
  readonly recordCount: number
}

export interface Loader {
  readonly name: string
  readonly title: string
  /** Over how many it is worth spreading the records. */
  readonly partitionCounts: readonly number[]
  /** Builds what is missing. Throws Unavailable. */
  prepare(): Promise<void>
  /** Writes all records and waits for the last acknowledgement by all replicas. Records a second. */
  produce(port: number, load: Load): Promise<number>
  /** Reads them again from the start. Records a second. */
  fetch(port: number, load: Load): Promise<number>
}
