/**
 * Kafka's own definitions of its messages, as the jar of kafka-clients carries them: `common/message/*.json`.
 *
 * They are JSON with comments; a struct is written where it is first used, or once under `commonStructs`.
 */
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

export interface KafkaField {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean
  readonly fields?: readonly KafkaField[]
}

export interface KafkaMessage {
  readonly apiKey?: number
  readonly type: string
  readonly name: string
  readonly listeners?: readonly string[]
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly latestVersionUnstable?: boolean
  readonly fields: readonly KafkaField[]
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly KafkaField[] }[]
}

/** All messages of a jar, by name. */
export function messagesIn(jar: string): Map<string, KafkaMessage> {
  return new Map(
    textsIn(jar)
      .map(parseMessage)
      .map((message) => [message.name, message]),
  )
}

/** As they were written. */
export function textsIn(jar: string): string[] {
  return entriesOf(readFileSync(jar), (name) => /^common\/message\/\w+\.json$/.test(name))
}

export function parseMessage(text: string): KafkaMessage {
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''))
}

/** The first and last version of `3-7`, `3+`, `3` or `none`; null for none. */
export function versionRange(text: string): readonly [first: number, last: number] | null {
  const [, first, rest] = /^(\d+)(\+|-\d+)?$/.exec(text) ?? []
  if (first === undefined) return null
  const last = rest === undefined ? first : rest === '+' ? Number.POSITIVE_INFINITY : rest.slice(1)
  return [Number(first), Number(last)]
}

export function isWithin(version: number, text: string | undefined): boolean {
  const range = text === undefined ? null : versionRange(text)
  return range !== null && range[0] <= version && version <= range[1]
}

/** The texts of the files in a zip archive that have such a name. */
function entriesOf(zip: Buffer, isWanted: (name: string) => boolean): string[] {
  const texts: string[] = []
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [packedBytes, nameBytes] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    if (isWanted(zip.toString('utf8', at + 46, at + 46 + nameBytes))) {
      const local = zip.readUInt32LE(at + 42)
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const packed = zip.subarray(start, start + packedBytes)
      const isDeflated = zip.readUInt16LE(at + 10) === 8
      texts.push((isDeflated ? inflateRawSync(packed) : packed).toString())
    }
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return texts
}
