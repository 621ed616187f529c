/**
 * The memory of a plugin, for whoever puts arguments there and reads answers off it as the canonical ABI lays them
 * out.
 */
import type { CoreFunction } from './core-wiring.ts'
import { shortBytesMax, textOf } from './text.ts'

/** Where there is nothing, an address is looked at by nobody, but must not be null. */
const nowhere = 8

export class GuestMemory {
  readonly #memory: WebAssembly.Memory
  readonly #allocate: CoreFunction
  #bytes: Uint8Array
  #words: Int32Array

  constructor(memory: WebAssembly.Memory, allocate: CoreFunction) {
    this.#memory = memory
    this.#allocate = allocate
    this.#bytes = new Uint8Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
  }

  /** Not to be kept over an allocation: memory that grows leaves its views empty. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer)
    return this.#bytes
  }

  /** The same in words of 32 bits; wherever this runs, they lie as WebAssembly has them, or the probe fails. */
  get words(): Int32Array {
    if (this.#words.length === 0) this.#words = new Int32Array(this.#memory.buffer)
    return this.#words
  }

  /** Memory that becomes the plugin's. */
  allocate(align: number, length: number): number {
    const at = this.#allocate(0, 0, align, length) >>> 0
    if (at % align !== 0) throw new RangeError(`its allocator answered an address that is no multiple of ${align}`)
    if (at + length > this.bytes.length) throw new RangeError('its allocator answered an address outside its memory')
    return at
  }

  /** A copy that the plugin owns. */
  put(bytes: Uint8Array, start: number, length: number): number {
    if (length <= 0) return nowhere
    const at = this.allocate(1, length)
    const guest = this.bytes
    if (length > shortBytesMax) guest.set(bytes.subarray(start, start + length), at)
    else for (let index = 0; index < length; index++) guest[at + index] = bytes[start + index]!
    return at
  }

  /** A copy that is ours. */
  copy(at: number, length: number): Uint8Array {
    this.check(at, length)
    return this.bytes.slice(at, at + length)
  }

  text(at: number, length: number): string {
    this.check(at, length)
    return textOf(this.bytes, at, length)
  }

  check(at: number, length: number): void {
    if (at + length > this.bytes.length) throw new RangeError('it answered an address outside its memory')
  }
}
