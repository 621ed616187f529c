/** Makes a component of what a toolchain left: a script, a core module, or a component already. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renamed } from './core-names.ts'
import { importInstalled } from './installed.ts'
import type { Project } from './project.ts'
import { Mistake } from '../terminal/shell.ts'
import { witSource } from './wit.ts'

interface WasmTools {
  parse(text: string): Promise<Uint8Array>
  componentEmbed(options: {
    readonly binary: Uint8Array
    readonly witSource: string
    readonly world: string
  }): Promise<Uint8Array>
  componentNew(binary: Uint8Array, adapters?: [string, Uint8Array][]): Promise<Uint8Array>
}

interface ComponentizeQjs {
  readonly componentize: Componentize
  readonly default?: { readonly componentize: Componentize }
}
type Componentize = (options: {
  readonly witPath: string
  readonly world: string
  readonly jsSource: string
  readonly sync: boolean
  readonly stubWasi: boolean
  readonly optSize: boolean
}) => Promise<{ readonly component: Uint8Array }>

/** `isQuick`: what takes less time to make, though it runs slower, where there is a choice. */
export async function makeComponent(project: Project, isQuick = false): Promise<Uint8Array> {
  const source = left(project)
  if (project.made === 'component') return source
  return project.made === 'script' ? fromScript(source.toString(), project, isQuick) : fromCore(source, project)
}

function left({ folder, source, made, build }: Project): Buffer {
  try {
    return readFileSync(join(folder, source))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new Mistake(`${source} cannot be read: ${message}`)
    const by = build.length === 0 ? 'write it' : 'the commands of build are to leave it there'
    throw new Mistake(`${source}, which is named as ${made}, is not there: ${by}, or correct blink-plugin.json`)
  }
}

async function fromScript(jsSource: string, project: Project, isQuick: boolean): Promise<Uint8Array> {
  const { folder, world, edition } = project
  const loaded = await importInstalled<ComponentizeQjs>('componentize-qjs', '.', folder, 'a plugin made of a script')
  const { componentize } = loaded.default ?? loaded
  const witPath = join(folder, 'wit')
  // sync: otherwise it waits by JSPI, which Node.js 20 lacks. stubWasi would stub wasi:logging, too, which 0.1 lacks.
  const options = { witPath, world, jsSource, sync: true, stubWasi: edition === '0.1' }
  // The smaller runtime is compiled in two thirds of the time, which is nearly all that making a component takes.
  const made = componentize({ ...options, optSize: isQuick })
  return (await made.catch((error: Error) => refuse('componentize-qjs', error))).component
}

async function fromCore(core: Buffer, { folder, world, exports, imports, adapters }: Project): Promise<Uint8Array> {
  const what = 'a plugin made of a core module'
  const tools = await importInstalled<WasmTools>('@bytecodealliance/jco-transpile', './wasm-tools', folder, what)
  const hasNames = Object.keys(exports).length + Object.keys(imports).length > 0
  try {
    const binary = await tools.componentEmbed({
      binary: hasNames ? renamed(core, { exports, imports }) : core,
      witSource: witSource(folder),
      world,
    })
    const all = Object.entries(adapters).map(async ([module, name]): Promise<[string, Uint8Array]> => {
      const text = (extension: string) => readFileSync(join(folder, `${name}.${extension}`), 'utf8')
      const adapter = { binary: await tools.parse(text('wat')), witSource: text('wit'), world: 'adapter' }
      return [module, await tools.componentEmbed(adapter)]
    })
    return await tools.componentNew(binary, await Promise.all(all))
  } catch (error) {
    if (error instanceof Mistake) throw error
    return refuse('wasm-tools', error)
  }
}

function refuse(tool: string, error: unknown): never {
  // wasm-tools throws what its component's error is: an object whose payload is the text.
  const { payload, message } = error as { payload?: unknown; message?: string }
  const why = typeof payload === 'string' ? payload : (message ?? String(error))
  throw new Mistake(`${tool} makes no component of it: ${why.trim()}`)
}
