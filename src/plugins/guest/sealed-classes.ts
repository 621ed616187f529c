/**
 * The classes behind a component's resources, as the component may know them. It brings an idea of its own of every
 * interface, and jco's glue does as that says: it would construct what only the host makes, of arguments of any type,
 * and call whatever methods an object has. So `new` is left to the classes for which the WIT has a constructor, and
 * nothing is inherited from Object: by `valueOf` a second handle to a resource could be had, to be dropped as well.
 *
 * What is for the host alone in a class has a symbol as its name; a test holds the others against the WIT.
 */
import type { Imports } from '../capabilities/capability-environment.ts'
import { BadResult } from './instance.ts'

/** Those with a constructor in the WIT. */
const constructible = new Set(['Fields', 'OutgoingRequest', 'RequestOptions'])

type Class = abstract new (...values: never[]) => object

export function sealed(imports: Imports): Imports {
  const each = (members: Imports[string]) =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, sealedMember(name, member)]))
  return Object.fromEntries(Object.entries(imports).map(([name, members]) => [name, each(members)]))
}

/** Classes have names with a capital, functions have not: so jco's glue asks for them. */
function sealedMember(name: string, member: unknown): unknown {
  return typeof member === 'function' && /^[A-Z]/.test(name) ? sealedClass(name, member as unknown as Class) : member
}

/** Whose instances are those of the class, to `instanceof` as well. */
function sealedClass(name: string, own: Class): unknown {
  let base: object = own.prototype
  for (let next = base; next !== null && next !== Object.prototype; next = Object.getPrototypeOf(next)) base = next
  Object.setPrototypeOf(base, null)
  if (constructible.has(name)) return own
  const seal = function seal(): never {
    throw new BadResult(`it constructs ${name}, which only its host does`)
  }
  seal.prototype = own.prototype
  for (const key of Object.getOwnPropertyNames(own)) {
    if (typeof own[key as keyof Class] === 'function')
      Object.defineProperty(seal, key, { value: own[key as keyof Class] })
  }
  return Object.setPrototypeOf(seal, null)
}
