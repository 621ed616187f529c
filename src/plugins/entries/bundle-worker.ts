/**
 * The process in which a TypeScript plugin becomes a JavaScript module, by esbuild where that is installed, otherwise
 * by Node.js itself where it can. Answers once.
 */
import * as nodeModule from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Esbuild from 'esbuild'
import type { BundleAnswer, BundleQuestion } from '../loading/script.ts'

// Listens on, so that it lives until its answer has arrived and it is ended.
process.on('message', async (question: BundleQuestion) => {
  process.send!(await answer(question))
})

async function answer(question: BundleQuestion): Promise<BundleAnswer> {
  try {
    const esbuild = await installedEsbuild()
    return { code: esbuild === null ? stripped(question) : await built(question, esbuild) }
  } catch (error) {
    return { error: firstMistake(error) }
  }
}

/** Not a dependency. By a name in a variable, so that no bundler draws it in. */
async function installedEsbuild(): Promise<typeof Esbuild | null> {
  const name = 'esbuild'
  try {
    return await import(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

async function built({ file, source, isAlone }: BundleQuestion, esbuild: typeof Esbuild): Promise<string> {
  const url = JSON.stringify(pathToFileURL(file).href)
  const options = { format: 'esm', target: 'node20', define: { 'import.meta.url': url }, logLevel: 'silent' } as const
  if (isAlone) return (await esbuild.transform(source, { ...options, loader: 'ts', sourcefile: file })).code
  const { outputFiles } = await esbuild.build({
    ...options,
    stdin: { contents: source, loader: 'ts', sourcefile: file, resolveDir: dirname(file) },
    bundle: true,
    platform: 'node',
    write: false,
    // For packages in CommonJS that require modules of Node.
    banner: { js: `import { createRequire } from 'node:module'\nglobalThis.require ??= createRequire(${url})` },
  })
  return outputFiles[0]!.text
}

/** Types alone are taken away: what imports other files, or uses enums, needs esbuild. */
function stripped({ source }: BundleQuestion): string | null {
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (source: string) => string }
  if (stripTypeScriptTypes === undefined) return null
  const imported = /\b(?:from|import)\s*\(?\s*['"](?!node:)([^'"]+)['"]/.exec(source)
  if (imported !== null) {
    throw new Error(`it imports ${imported[1]}: install esbuild beside Blink (npm install esbuild), or name a .js file`)
  }
  return stripTypeScriptTypes(source)
}

/** As `plugin.ts:3:7: …`; the whole of what esbuild says is for terminals. */
function firstMistake(error: unknown): string {
  const [mistake] = (error as Partial<Esbuild.BuildFailure>).errors ?? []
  if (mistake === undefined) return (error as Error).message
  const { location, text } = mistake
  return location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`
}
