/** franz-go's kfake, which is a Go library, in the program of `test/bench/kfake`. */
import { join } from 'node:path'
import { run } from '../commands.ts'
import { cache, source } from '../place.ts'
import type { Broker } from './broker.ts'

const program = join(cache, 'kfake')

export const kfake: Broker = {
  name: 'kfake',
  async prepare() {
    await run('go', ['build', '-o', program, '.'], { cwd: join(source, 'kfake') })
  },
  command: (port) => ({ file: program, args: ['-port', `${port}`] }),
}
