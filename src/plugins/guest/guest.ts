/** From the code of a plugin to the guest that its thread serves. */
import { recordGuest } from './instance-0-1.ts'
import { batchGuest } from './instance-0-2.ts'
import { scriptGuest } from './instance-script.ts'
import type { Code, Guest, Surroundings } from './instance.ts'

export function makeGuest(code: Code, surroundings: Surroundings): Promise<Guest> {
  if (code.kind === 'script') return scriptGuest(code, surroundings)
  return code.edition === '0.1' ? recordGuest(code, surroundings) : batchGuest(code, surroundings)
}
