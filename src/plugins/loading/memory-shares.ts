/**
 * A plugin's memory is limited as a whole, and WebAssembly knows only maxima of each memory: so the whole is shared out
 * among the memories of a component's core modules, by what each begins with. Of those that toolchains make today, one
 * begins with something and grows, and has it all.
 */
import {
  LimitError,
  type LimitedModule,
  limited,
  type MemoryLimits,
  mebibytes,
  memoriesIn,
  pageBytes,
} from './core-module.ts'

/** Each module with limits that together are no more than this. Throws LimitError when they begin with more. */
export function limitedModules<Name>(
  modules: readonly (readonly [Name, Buffer])[],
  memoryBytesMax: number,
): readonly (readonly [Name, LimitedModule])[] {
  const memories = modules.map(([, bytes]) => memoriesIn(bytes))
  const shares = sharesOf(memories.flat(), Math.floor(memoryBytesMax / pageBytes))
  let at = 0
  return modules.map(([name, bytes], nth) => {
    const own = shares.slice(at, at + memories[nth]!.length)
    at += own.length
    return [name, limited(bytes, own)]
  })
}

/** In pages, and in the order in which they were given. */
export function sharesOf(memories: readonly MemoryLimits[], pagesMax: number): readonly number[] {
  const begun = sum(memories.map(({ minimum }) => minimum))
  if (begun > pagesMax) throw new LimitError(tooMuch(begun, pagesMax))
  const shares = memories.map(() => 0)
  let left = pagesMax
  let open = memories.map((_, index) => index)
  // One that may not grow as far as its share would reach leaves the rest of it to the others.
  for (;;) {
    const weights = new Map(open.map((index) => [index, memories[index]!.minimum]))
    const whole = sum([...weights.values()])
    const share = (index: number) => Math.floor(whole === 0 ? left / open.length : (left * weights.get(index)!) / whole)
    const narrow = open.filter((index) => memories[index]!.maximum <= share(index))
    const settled = narrow.length === 0 ? open : narrow
    for (const index of settled) shares[index] = Math.min(share(index), memories[index]!.maximum)
    if (narrow.length === 0) return shares
    left -= sum(narrow.map((index) => shares[index]!))
    open = open.filter((index) => !narrow.includes(index))
  }
}

function tooMuch(pages: number, pagesMax: number): string {
  const needed = `${pages} pages (${mebibytes(pages * pageBytes)})`
  const allowed = mebibytes(pagesMax * pageBytes)
  return `begins with ${needed} of memory, more than max_memory allows (${allowed}): raise max_memory`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
