/**
 * jco's glue for a component whose like was transpiled before. Most saves of a script change nothing but what the
 * memory of its interpreter holds: then the glue is the same, and the core modules are those in the component, so that
 * nothing need be transpiled.
 */
import { createHash, type Hash } from 'node:crypto'
import { headerBytes, sectionsOf } from '../plugins/loading/core-module.ts'
import type { TranspileAnswer } from '../plugins/loading/transpile.ts'

/** Of components. */
const section = { coreModule: 1, component: 4 } as const
/** Of core modules: memories, globals and data. Code, which uses them, stays the same. */
const changeable = new Set([5, 6, 11])
/** No section begins with it: what follows belongs to the component around. */
const end = Buffer.from([0xff])

/** Of a core module its number; of everything else the bytes. */
type KnownFile = readonly [name: string, known: Uint8Array | number]

/** A component but for what memories begin with. */
interface Shape {
  readonly hash: string
  /** In their order, also those of components within. */
  readonly coreModules: readonly Buffer[]
}

export class KnownGlue {
  #hash = ''
  #files: readonly KnownFile[] = []

  /** Asks jco where the last component was of another shape. */
  async filesOf(component: Buffer, ask: (component: Buffer) => Promise<TranspileAnswer>): Promise<TranspileAnswer> {
    const shape = shapeOf(component)
    if (shape !== null && shape.hash === this.#hash) {
      return { files: this.#files.map(([name, known]) => [name, bytesOf(known, shape)]) }
    }
    const answer = await ask(component)
    if (shape !== null && 'files' in answer) this.#keep(shape, answer.files)
    return answer
  }

  #keep({ hash, coreModules }: Shape, files: readonly (readonly [name: string, bytes: Uint8Array])[]): void {
    const numberOf = (bytes: Uint8Array) => coreModules.findIndex((one) => one.equals(bytes))
    // What jco adds is of the shape alone. What it took and changed, if it ever does so, or has twice, is missing here.
    const taken = new Set(files.map(([, bytes]) => numberOf(bytes)))
    if (!coreModules.every((_, number) => taken.has(number))) return
    this.#hash = hash
    this.#files = files.map(([name, bytes]) => [name, numberOf(bytes) === -1 ? bytes : numberOf(bytes)])
  }
}

function bytesOf(known: KnownFile[1], { coreModules }: Shape): Uint8Array {
  return typeof known === 'number' ? coreModules[known]! : known
}

/** Null where it is damaged: jco says how. */
function shapeOf(component: Buffer): Shape | null {
  const hash = createHash('sha256')
  const coreModules: Buffer[] = []
  try {
    addComponent(component, hash, coreModules)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
  return { hash: hash.digest('hex'), coreModules }
}

function addComponent(component: Buffer, hash: Hash, coreModules: Buffer[]): void {
  hash.update(component.subarray(0, headerBytes))
  for (const { id, body, whole } of sectionsOf(component)) {
    if (id === section.component) addComponent(body.bytes, hash, coreModules)
    else if (id !== section.coreModule) hash.update(whole)
    else {
      coreModules.push(body.bytes)
      addCoreModule(body.bytes, hash)
    }
  }
  hash.update(end)
}

function addCoreModule(module: Buffer, hash: Hash): void {
  hash.update(module.subarray(0, headerBytes))
  for (const { id, whole } of sectionsOf(module)) if (!changeable.has(id)) hash.update(whole)
  hash.update(end)
}
