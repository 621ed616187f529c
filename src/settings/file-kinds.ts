/** Kinds of settings that are about files: the folder of plugins, keys of whom one trusts, and what is to be secret. */
import { readFileSync, statSync } from 'node:fs'
import { rawPublicKey, whyNoPublicKey } from '../plugins/loading/verification.ts'
import { type Kind, path } from './values.ts'

/** An absolute path of a folder that is there. */
export const existingFolder: Kind<string> = {
  name: 'path',
  read(raw, place) {
    const folder = path.read(raw, place)
    if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
    return place.refuse(raw, `there is no folder ${folder}; make it, or name another`)
  },
}

/** An Ed25519 public key: 32 bytes in base64, whether it was written so or as the path of a PEM file. */
export const publicKey: Kind<string> = {
  name: 'Ed25519 public key',
  read(raw, place) {
    if (typeof raw === 'string' && whyNoPublicKey(raw) === null) return raw
    const file = path.read(raw, place)
    if (file === undefined) return undefined
    const remedy = 'use an Ed25519 public key: its 32 bytes in base64, or the path of its PEM file'
    try {
      return rawPublicKey(readFileSync(file, 'utf8'))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return place.refuse(raw, `${code === 'ENOENT' ? `there is no file ${file}` : `${file}: ${message}`}; ${remedy}`)
    }
  },
}

/** What messages must not show. */
export const secret: Kind<string> = {
  name: 'secret',
  isSecret: true,
  read(raw, place) {
    const value = typeof raw === 'number' ? String(raw) : raw
    if (typeof value === 'string' && /^[\x21-\x7e]{8,512}$/.test(value)) return value
    return place.complain('cannot be used; use 8–512 characters of ASCII without spaces')
  },
}

/** Whatever a person may have chosen. */
export const password: Kind<string> = {
  name: 'secret',
  isSecret: true,
  read(raw, place) {
    const value = typeof raw === 'number' ? String(raw) : raw
    if (typeof value === 'string' && /^[^\0]{1,255}$/s.test(value)) return value
    return place.complain('cannot be used; use 1–255 characters')
  },
}
