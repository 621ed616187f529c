/** What a plugin keeps on disk, for the host, which makes the state that its instances share. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bytesIn, rootName } from './plugin-files.ts'
import { SharedFolder, sharedStateBytes } from './shared-folder.ts'

/** The folder of one plugin, with what its instances need to take turns in it. */
export interface OwnFolder {
  /** Null when nothing is granted that needs one. */
  readonly folder: string | null
  readonly shared: SharedArrayBuffer
}

/**
 * To be made once for a plugin, before its first instance, and kept through reloads: as long as any of its instances
 * lives.
 */
export function ownFolder(folder: string | null): OwnFolder {
  const shared = new SharedArrayBuffer(sharedStateBytes)
  if (folder !== null) SharedFolder.setFileBytes(shared, bytesIn(join(folder, rootName)))
  return { folder, shared }
}

/** Files as the quota counts them, values and database. Costs a look at a handful of files, however many there are. */
export function diskBytes({ folder, shared }: OwnFolder): number {
  if (folder === null) return 0
  const own = (lstatSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder))
    .map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }))
    .filter((entry) => entry?.isFile())
  return own.reduce((sum, entry) => sum + entry!.size, SharedFolder.fileBytesIn(shared))
}
