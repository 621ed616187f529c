/** A fault in the words of people, as the broker keeps it. */
import type { Fault } from '../../src/faults/fault.ts'
import { type FaultSpec, readFault } from '../../src/testing-faults.ts'

export function faultOf(spec: FaultSpec): Fault {
  return readFault(spec, 'test')
}
