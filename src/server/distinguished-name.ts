/**
 * The subject of a certificate as Java writes it (X500Principal, RFC 2253), which is how Kafka calls its holder:
 * `CN=alice,O=Example,C=SE`, the last part first. Node.js has its own spelling, which loses what this needs.
 */

/** What RFC 2253 has a word for; others are told by their number and their bytes. */
const words: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
}

interface Node {
  readonly tag: number
  readonly bytes: Buffer
  /** With tag and length. */
  readonly whole: Buffer
}

const explicitVersion = 0xa0
const utf16 = 0x1e

/** Of a certificate in DER, of which Node.js has found that it is one. */
export function distinguishedName(certificate: Buffer): string {
  const [body] = children(children(certificate)[0]!.bytes)
  const fields = children(body!.bytes).filter(({ tag }) => tag !== explicitVersion)
  // Serial number, signature, issuer, validity, subject.
  const subject = fields[4]!
  return children(subject.bytes)
    .reverse()
    .map(({ bytes }) => children(bytes).map(attribute).join('+'))
    .join(',')
}

function attribute({ bytes }: Node): string {
  const [type, value] = children(bytes) as [Node, Node]
  const number = objectIdentifier(type.bytes)
  const word = words[number]
  return word === undefined ? `${number}=#${value.whole.toString('hex')}` : `${word}=${escaped(textOf(value))}`
}

function textOf({ tag, bytes }: Node): string {
  return tag === utf16 ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('utf8')
}

function escaped(text: string): string {
  const inner = text.replace(/[,=+<>#;"\\]/g, '\\$&').replaceAll('\0', '\\00')
  return inner.replace(/^[ \r]+|[ \r]+$/g, (blank) => blank.replace(/./gs, '\\$&'))
}

function children(bytes: Buffer): Node[] {
  const found: Node[] = []
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = extent(bytes, at)
    found.push({ tag: bytes[at]!, bytes: bytes.subarray(start, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return found
}

const longForm = 0x80

function extent(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes[at + 1]!
  if (first < longForm) return { start: at + 2, end: at + 2 + first }
  const count = first - longForm
  const start = at + 2 + count
  return { start, end: start + bytes.readUIntBE(at + 2, count) }
}

function objectIdentifier(bytes: Buffer): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(number)
      number = 0
    }
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}
