/** From the code of a plugin to the guest that its thread serves. */
import { recordGuest } from './instance-0-1.ts'
import { batchGuest } from './instance-0-2.ts'
import type { Code, Guest, Surroundings } from './instance.ts'

export async function makeGuest(code: Code, surroundings: Surroundings): Promise<Guest> {
  if (code.kind === 'component') {
    return code.edition === '0.1' ? recordGuest(code, surroundings) : batchGuest(code, surroundings)
  }
  // What it imports of Node.js takes a tenth of a thread's start.
  const { scriptGuest } = await import('./instance-script.ts')
  return scriptGuest(code, surroundings)
}
