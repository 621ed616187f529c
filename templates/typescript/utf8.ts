/** Texts and their bytes: QuickJS, which runs the plugin, has neither TextEncoder nor TextDecoder. */

const lettersAtOnce = 8192

/** Throws a URIError where the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  let letters = ''
  for (let at = 0; at < bytes.length; at += lettersAtOnce) {
    // Not spread: QuickJS would go through an iterator, which takes five times as long.
    letters += String.fromCharCode.apply(null, bytes.subarray(at, at + lettersAtOnce) as unknown as number[])
  }
  return /[\x80-\xff]/.test(letters) ? decodeURIComponent(letters.replace(/[%\x80-\xff]/g, escaped)) : letters
}

function escaped(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`
}

export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = []
  for (const letter of text) {
    const code = letter.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    }
  }
  return Uint8Array.from(bytes)
}
