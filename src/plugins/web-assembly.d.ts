/** What the plugin host uses of JavaScript's WebAssembly API, which TypeScript declares only for browsers. */
declare namespace WebAssembly {
  /** Compiled code, which threads may share. */
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  class Memory {
    readonly buffer: ArrayBuffer
  }
  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class LinkError extends Error {}
  type Exports = Readonly<Record<string, unknown>>
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>
  interface Instance {
    readonly exports: Exports
  }
  function compile(bytes: Uint8Array): Promise<Module>
  function instantiate(module: Module, imports?: Imports): Promise<Instance>
  function validate(bytes: Uint8Array): boolean
}
