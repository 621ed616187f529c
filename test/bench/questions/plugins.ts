/**
 * What does a plugin cost for each record? Asked of the plugin host alone, in a process of its own:
 * `test/bench/plugin.ts`.
 */
import { fileURLToPath } from 'node:url'
import { run } from '../commands.ts'
import { root } from '../place.ts'
import type { Question } from './question.ts'

export const plugins: Question = {
  name: 'plugins',
  async *ask() {
    const script = fileURLToPath(new URL('../plugin.js', import.meta.url))
    const output = await run(process.execPath, [script], { cwd: root })
    yield `The cost of a plugin, by the batch's direct call and by jco's binding\n\n${output.trimEnd()}\n`
  },
}
