/**
 * Reads a plugin's file whole, or says why it cannot be read. Somebody may be writing it: what is handed on was the
 * same twice in a row, so that no mixture of two builds is ever run.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { Unfit } from './plugin-start-error.ts'

/** Larger ones are refused unread. StarlingMonkey, the largest of known toolchains, writes 12 MiB. */
export const pluginBytesMax = 32 * 1024 * 1024
/** As often it is read before its writer is too busy for us. */
export const readsMax = 6
const pieceBytes = 64 * 1024

interface Reading {
  whole(file: string): Buffer
  /** Whether that is what it holds. */
  holds(file: string, bytes: Buffer): boolean
}

const fromDisk: Reading = { whole: readFileSync, holds }

/** `reading` is there for tests to change the file meanwhile. */
export function readPluginFile(file: string, reading: Reading = fromDisk): Buffer {
  try {
    const found = statSync(file)
    const { size } = found
    // A pipe, for one, might never end.
    if (!found.isFile() && !found.isDirectory()) throw new Unfit(`is no regular file: name one in place of ${file}`)
    if (size > pluginBytesMax) throw new Unfit(whyTooLarge(size))
    for (let reads = 0; reads < readsMax; reads += 2) {
      const bytes = reading.whole(file)
      if (reading.holds(file, bytes)) return bytes
    }
  } catch (error) {
    throw error instanceof Unfit ? error : new Unfit(whyUnread(file, error as NodeJS.ErrnoException))
  }
  throw new Unfit(
    `changes while it is read: wait until ${file} is written, or write it under another name and rename it`,
  )
}

/** Piece by piece: a second copy would stay in memory until V8 finds it. */
function holds(file: string, bytes: Buffer): boolean {
  const piece = Buffer.allocUnsafe(pieceBytes)
  const handle = openSync(file, 'r')
  try {
    for (let at = 0; ; ) {
      const read = readSync(handle, piece, 0, pieceBytes, at)
      if (read === 0) return at === bytes.length
      if (piece.compare(bytes, at, at + read, 0, read) !== 0) return false
      at += read
    }
  } finally {
    closeSync(handle)
  }
}

function whyTooLarge(size: number): string {
  const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
  const limit = `${mebibytes(pluginBytesMax)} MiB a plugin may have`
  return `is too large: ${mebibytes(size)} MiB of the ${limit}. Build it without debug information`
}

function whyUnread(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `was not found: there is no file ${file}. Correct its path in the settings, or build it`
  if (code === 'EISDIR') return `is a folder: name the .wasm file in ${file}`
  if (code === 'EACCES') return `cannot be read: give the broker the right to read ${file}`
  return `cannot be read: ${message}`
}
