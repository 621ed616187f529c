/** Where the parts of a batch lie in the buffer that the broker's thread and a plugin's share. */
export interface BatchShape {
  /** Where the first of them begins: at a multiple of eight. */
  readonly at: number
  readonly topicBytes: number
  readonly partition: number
  readonly recordCount: number
  /** The records as on the wire, uncompressed. */
  readonly sectionBytes: number
  /** How far the section lies behind a multiple of eight, there where it comes from as in the shared buffer. */
  readonly skew: number
}

export interface BatchParts {
  /** The section, with `skew` bytes before it. */
  readonly aligned: Uint8Array
  /** One per record. */
  readonly verdicts: Uint8Array
  readonly topic: Buffer
}

export const wordBytes = 8

/** Where the next batch may begin. */
export function endOf({ at, skew, sectionBytes, recordCount, topicBytes }: BatchShape): number {
  return Math.ceil((at + skew + sectionBytes + recordCount + topicBytes) / wordBytes) * wordBytes
}

/** Views, in the order in which they lie there. */
export function partsOf(buffer: SharedArrayBuffer, shape: BatchShape): BatchParts {
  const { at, skew, sectionBytes, recordCount, topicBytes } = shape
  const verdictsAt = at + skew + sectionBytes
  return {
    aligned: new Uint8Array(buffer, at, skew + sectionBytes),
    verdicts: new Uint8Array(buffer, verdictsAt, recordCount),
    topic: Buffer.from(buffer, verdictsAt + recordCount, topicBytes),
  }
}
