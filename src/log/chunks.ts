/**
 * Bytes in the order in which they came, in few large buffers: what a segment is made of.
 *
 * What is appended at once stays in one piece. So a chunk may end before it is full, and there is no object per
 * batch, which would cost more than a small batch does. Positions count the bytes appended, whatever buffer they
 * lie in.
 */
interface Piece {
  buffer: Buffer
  /** Where in the buffer it begins. */
  readonly start: number
  /** The position of its first byte. */
  readonly position: number
  byteLength: number
}

const chunkBytesMin = 4 * 1024
const chunkBytesMax = 1024 * 1024
/** From here on, what is appended lies in a buffer of its own and wastes none. */
const largeBytesMin = 64 * 1024
/** That is the buffer in which it came, if not more than this part of it is something else. */
const wasteMax = 1 / 16
/**
 * A chunk holds at least so many of what it is opened for, so that the rest it wastes at its end is small beside
 * it.
 */
const fitsMin = 16
const empty = Buffer.alloc(0)

export class Chunks {
  byteLength = 0
  /** Where the last `append` put its bytes. */
  buffer: Buffer = empty
  at = 0

  /** Ascending by position, without gaps. */
  readonly #pieces: Piece[] = []
  #open: Buffer = empty
  #openUsed = 0
  #capacity: number

  constructor(capacity = chunkBytesMin) {
    this.#capacity = capacity
  }

  /** What a successor that grows as much should begin with. */
  get successorCapacity(): number {
    return Math.max(chunkBytesMin, Math.min(this.#capacity, this.byteLength))
  }

  /** Takes the bytes over, copied or not: the caller must neither write nor read them any more. */
  append(bytes: Buffer): void {
    const piece = bytes.length >= largeBytesMin ? this.#ownPiece(bytes) : this.#openPiece(bytes.length)
    this.buffer = piece.buffer
    this.at = piece.start + piece.byteLength
    if (this.buffer !== bytes) bytes.copy(this.buffer, this.at)
    piece.byteLength += bytes.length
    this.byteLength += bytes.length
  }

  /** Nothing more will come: gives back the part of the last chunk that was never used. */
  seal(): void {
    const open = this.#open
    if (open.length - this.#openUsed < open.length / fitsMin) return
    const exact = Buffer.allocUnsafeSlow(this.#openUsed)
    open.copy(exact, 0, 0, this.#openUsed)
    for (const piece of this.#pieces) if (piece.buffer === open) piece.buffer = exact
    this.#open = exact
  }

  /** Makes `buffer` and `at` point to this position. */
  seek(position: number): void {
    const piece = this.#pieces[this.#pieceIndex(position)]!
    this.buffer = piece.buffer
    this.at = piece.start + position - piece.position
  }

  /** Views of the bytes from one position to another. */
  views(from: number, to: number): Buffer[] {
    const found: Buffer[] = []
    for (let index = this.#pieceIndex(from), position = from; position < to; index++) {
      const piece = this.#pieces[index]!
      const start = piece.start + position - piece.position
      const length = Math.min(to, piece.position + piece.byteLength) - position
      found.push(piece.buffer.subarray(start, start + length))
      position += length
    }
    return found
  }

  #pieceIndex(position: number): number {
    let low = 0
    for (let high = this.#pieces.length - 1; low < high; ) {
      const middle = (low + high + 1) >>> 1
      if (this.#pieces[middle]!.position <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  #ownPiece(bytes: Buffer): Piece {
    const isWasteful = bytes.buffer.byteLength * (1 - wasteMax) > bytes.length
    return this.#newPiece(isWasteful ? Buffer.allocUnsafeSlow(bytes.length) : bytes, 0)
  }

  #openPiece(byteLength: number): Piece {
    if (this.#openUsed + byteLength > this.#open.length) {
      const capacity = Math.min(Math.max(this.#capacity, fitsMin * byteLength), chunkBytesMax)
      // Not from the pool of small buffers, and not filled with zeros: what is never used never becomes resident.
      this.#open = Buffer.allocUnsafeSlow(capacity)
      this.#openUsed = 0
      this.#capacity = Math.min(2 * capacity, chunkBytesMax)
    }
    const start = this.#openUsed
    this.#openUsed += byteLength
    const last = this.#pieces.at(-1)
    return last?.buffer === this.#open ? last : this.#newPiece(this.#open, start)
  }

  #newPiece(buffer: Buffer, start: number): Piece {
    const piece = { buffer, start, position: this.byteLength, byteLength: 0 }
    this.#pieces.push(piece)
    return piece
  }
}
