/**
 * A key, a value or a header as the API shows it: text, bytes in base64 where it is no text, or null; and the ways in
 * which people look at it.
 */

export type Payload = string | { readonly base64: string } | null

export type PayloadView = 'json' | 'text' | 'hex'

/** On one line, for a table. */
export function preview(payload: Payload, charactersMax = 300): string {
  if (payload === null) return 'null'
  if (typeof payload !== 'string') return [...toBytes(payload).subarray(0, 48)].map(hexByte).join(' ')
  return payload.slice(0, charactersMax).replaceAll(/\s+/g, ' ')
}

export function toBytes(payload: Payload): Uint8Array<ArrayBuffer> {
  if (payload === null) return new Uint8Array(0)
  if (typeof payload === 'string') return new TextEncoder().encode(payload)
  const binary = atob(payload.base64)
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Indented, where it is an object or a list; null otherwise. Numbers stay as they were written. */
export function prettyJson(payload: Payload): string | null {
  if (typeof payload !== 'string' || !/^\s*[[{]/.test(payload)) return null
  try {
    JSON.parse(payload)
  } catch {
    return null // No JSON: then it is shown as the text it is.
  }
  return indented(payload)
}

/** Done on the text: parsed and printed, numbers beyond 2^53 would change. */
function indented(json: string): string {
  let depth = 0
  const newLine = () => `\n${'  '.repeat(depth)}`
  const pieces = json.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []
  return pieces
    .map((piece, at) => {
      const next = pieces[at + 1]
      const before = pieces[at - 1]
      switch (piece) {
        case '{':
        case '[':
          depth++
          return next === '}' || next === ']' ? piece : `${piece}${newLine()}`
        case '}':
        case ']':
          depth--
          return before === '{' || before === '[' ? piece : `${newLine()}${piece}`
        case ',':
          return `,${newLine()}`
        case ':':
          return ': '
        default:
          return piece
      }
    })
    .join('')
}

export type TokenKind = 'name' | 'string' | 'number' | 'word' | 'mark'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

/** Pretty JSON in pieces, to be coloured; spaces belong to the piece before them. */
export function tokens(json: string): readonly Token[] {
  const pieces = json.match(/"(?:[^"\\]|\\.)*"\s*:\s*|"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*|[a-z]+|[[\]{},\s]+/g) ?? []
  return pieces.map((text) => ({ kind: kindOf(text), text }))
}

function kindOf(text: string): TokenKind {
  if (text.startsWith('"')) return text.endsWith('"') ? 'string' : 'name'
  if (/^[-\d]/.test(text)) return 'number'
  return /^[a-z]/.test(text) ? 'word' : 'mark'
}

export interface HexLine {
  readonly offset: string
  readonly hex: string
  readonly text: string
}

const hexColumns = 16

export function hexLines(bytes: Uint8Array, linesMax = 1000): readonly HexLine[] {
  const lines: HexLine[] = []
  for (let start = 0; start < bytes.length && lines.length < linesMax; start += hexColumns) {
    const row = [...bytes.subarray(start, start + hexColumns)]
    lines.push({
      offset: start.toString(16).padStart(6, '0'),
      hex: row.map(hexByte).join(' '),
      text: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
    })
  }
  return lines
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** How it is shown unless someone asks otherwise. */
export function fittingView(payload: Payload): PayloadView {
  if (payload !== null && typeof payload !== 'string') return 'hex'
  return prettyJson(payload) === null ? 'text' : 'json'
}
