/** Why the broker did not start, in one sentence for a person. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
