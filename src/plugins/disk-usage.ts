/** What a plugin keeps on disk, for the host, which makes the state that its instances share. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bytesIn, rootName } from './plugin-files.ts'
import { SharedFolder, sharedStateBytes } from './shared-folder.ts'

/**
 * To be made once for a plugin, before its first instance, and kept through reloads: as long as any of its instances
 * lives. `folder` is null when nothing is granted that needs one.
 */
export function sharedStateFor(folder: string | null): SharedArrayBuffer {
  const state = new SharedArrayBuffer(sharedStateBytes)
  if (folder !== null) SharedFolder.setFileBytes(state, bytesIn(join(folder, rootName)))
  return state
}

/** Files as the quota counts them, values and database. Costs a look at a handful of files, however many there are. */
export function diskBytes(folder: string | null, state: SharedArrayBuffer): number {
  if (folder === null) return 0
  const own = (lstatSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder))
    .map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }))
    .filter((entry) => entry?.isFile())
  return own.reduce((sum, entry) => sum + entry!.size, SharedFolder.fileBytesIn(state))
}
