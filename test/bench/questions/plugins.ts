/**
 * What does a plugin cost for each record? Asked of the plugin host alone, each script in a process of its own, which
 * can be run alone, too.
 */
import { fileURLToPath } from 'node:url'
import { run } from '../commands.ts'
import { root } from '../place.ts'
import type { Question } from './question.ts'

const scripts = [
  ['plugin', "The cost of a plugin, by the direct call and by jco's binding"],
  ['hooks', 'The same by hook: on-record of 0.1 and of a script, on-records of 0.2'],
  ['queue', 'The same when batches wait for it: records of many partitions at a time'],
  ['pipeline', 'The same of many plugins in a pipeline'],
] as const

export const plugins: Question = {
  name: 'plugins',
  async *ask() {
    for (const [script, title] of scripts) {
      const file = fileURLToPath(new URL(`../${script}.js`, import.meta.url))
      const output = await run(process.execPath, [file], { cwd: root })
      yield `${title}\n\n${output.trimEnd()}\n`
    }
  },
}
