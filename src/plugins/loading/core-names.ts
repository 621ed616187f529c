/**
 * The names that core modules give to what they import and export. Any text will do for WebAssembly; but jco writes
 * them into its glue as they are, between quotes, and the glue is JavaScript with the broker's rights. So a name that
 * could be more than a name there is refused. Those of components are letters, digits and a few signs by themselves.
 */
import { NotAComponent } from './component.ts'

/** What ends a text of JavaScript, of any kind, or a comment, or is read for what it says within one. */
const moreThanName = /['"`\\]|\$\{|\*\/|[\p{Cc}\u2028\u2029]/u
const shownMax = 100

/** As V8 reads them, which is how the glue's code meets them. Throws NotAComponent. */
export function checkCoreNames(module: WebAssembly.Module): void {
  const imported = WebAssembly.Module.imports(module).flatMap(({ module: from, name }) => [from, name])
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name)
  const bad = [...imported, ...exported].find((name) => moreThanName.test(name))
  if (bad === undefined) return
  const shown = JSON.stringify(bad.slice(0, shownMax))
  throw new NotAComponent(`has a core module with the name ${shown}: use letters and digits for what it exports`)
}
