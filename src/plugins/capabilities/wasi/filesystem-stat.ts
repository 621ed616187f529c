/** What `wasi:filesystem` says of a file, from what Node says of it. */
import { createHash } from 'node:crypto'
import type { Dirent, Stats } from 'node:fs'

export type DescriptorType =
  | 'unknown'
  | 'block-device'
  | 'character-device'
  | 'directory'
  | 'fifo'
  | 'symbolic-link'
  | 'regular-file'
  | 'socket'

export interface Datetime {
  readonly seconds: bigint
  readonly nanoseconds: number
}

export type NewTimestamp = { readonly tag: 'no-change' | 'now' } | { readonly tag: 'timestamp'; readonly val: Datetime }

export interface DescriptorStat {
  readonly type: DescriptorType
  readonly linkCount: bigint
  readonly size: bigint
  readonly dataAccessTimestamp: Datetime
  readonly dataModificationTimestamp: Datetime
  readonly statusChangeTimestamp: Datetime
}

export interface MetadataHash {
  readonly lower: bigint
  readonly upper: bigint
}

export function statOf(stat: Stats): DescriptorStat {
  return {
    type: typeOf(stat),
    linkCount: BigInt(stat.nlink),
    size: BigInt(stat.size),
    dataAccessTimestamp: datetime(stat.atimeMs),
    dataModificationTimestamp: datetime(stat.mtimeMs),
    statusChangeTimestamp: datetime(stat.ctimeMs),
  }
}

export function typeOf(entry: Stats | Dirent): DescriptorType {
  if (entry.isFile()) return 'regular-file'
  if (entry.isDirectory()) return 'directory'
  if (entry.isSymbolicLink()) return 'symbolic-link'
  if (entry.isFIFO()) return 'fifo'
  if (entry.isSocket()) return 'socket'
  if (entry.isCharacterDevice()) return 'character-device'
  return entry.isBlockDevice() ? 'block-device' : 'unknown'
}

/** Tells one file from another, and from itself as it was. Where it lies on this machine cannot be read from it. */
export function metadataHashOf({ dev, ino, size, mtimeMs }: Stats): MetadataHash {
  const hash = createHash('sha256').update(`${dev}:${ino}:${size}:${mtimeMs}`).digest()
  return { lower: hash.readBigUInt64LE(0), upper: hash.readBigUInt64LE(8) }
}

function datetime(ms: number): Datetime {
  const seconds = Math.max(0, Math.floor(ms / 1000)) // Before 1970 there is nothing to say in WASI.
  return { seconds: BigInt(seconds), nanoseconds: Math.max(0, Math.floor((ms - seconds * 1000) * 1e6)) }
}

/** In seconds, as Node sets it. */
export function timeOf(time: NewTimestamp, formerMs: number, nowMs: number): number {
  if (time.tag === 'timestamp') return Number(time.val.seconds) + time.val.nanoseconds / 1e9
  return (time.tag === 'now' ? nowMs : formerMs) / 1000
}
