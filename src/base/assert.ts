/** What must hold, said where it must hold. A failed assertion is a bug of ours, never a client's doing. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new AssertionError(why)
}

/** The end of a switch that names every case: compiles only while it does. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected ${JSON.stringify(value)}`)
}
