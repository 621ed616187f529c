/**
 * What the resources of one instance hold beside its memory: buffers outside of JavaScript's heap, where neither
 * max_memory nor a limit of the thread binds. A plugin that makes resources and drops none comes to an end here.
 */

/** Of one capability. */
export const heldBytesMax = 64 * 1024 * 1024
/** Of a resource, however little it holds. */
const resourceBytes = 256

export class HeldBytes {
  #bytes = 0

  /** Whether there was room. */
  take(bytes: number): boolean {
    if (this.#bytes + resourceBytes + bytes > heldBytesMax) return false
    this.#bytes += resourceBytes + bytes
    return true
  }

  /** What was taken, once. */
  give(bytes: number): void {
    this.#bytes -= resourceBytes + bytes
  }
}
