/** The process in which a component is transpiled: the only place where jco's bindgen is loaded. Answers once. */
import { $init, type GenerateOptions, generate } from '@bytecodealliance/jco-transpile/component'
import { glueBytesMax, glueName, type TranspileAnswer } from '../loading/transpile.ts'

const options = {
  name: 'plugin',
  instantiation: { tag: 'async' }, // A function to which the host gives the imports, once per instance.
  noTypescript: true,
  noNodejsCompat: true, // No import of node:fs: the host hands over the core modules.
  noNamespacedExports: false,
  noComponentErrorWrapping: true,
  base64Cutoff: 0, // Core modules stay files, so that their limits can be rewritten.
  tlaCompat: false,
  validLiftingOptimization: false,
  multiMemory: false,
} satisfies GenerateOptions

// Listens on, so that it lives until its answer has arrived and it is ended.
process.on('message', async (component: Uint8Array) => {
  await $init
  process.send!(answer(component))
})

function answer(component: Uint8Array): TranspileAnswer {
  try {
    const { files } = generate(component, options)
    const bytes = files.find(([name]) => name === glueName)?.[1].length ?? 0
    return bytes > glueBytesMax ? { error: `its types become ${bytes} bytes of JavaScript` } : { files }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
