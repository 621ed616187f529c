/** `blink plugin build`: from a project's sources to a component that this broker takes. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { inspect } from './inspection.ts'
import { makeComponent } from './making.ts'
import { type Project, readProject } from './project.ts'
import { type ExitCode, type Shell, withProgress } from '../terminal/shell.ts'
import { bytesText, timeText } from '../terminal/table.ts'
import { runBuild } from './toolchain.ts'
import { bringWit } from './wit.ts'

export interface BuildOptions {
  /** The project's; by default where one is. */
  readonly dir?: string
}

export async function buildPlugin({ dir = '.' }: BuildOptions, shell: Shell): Promise<ExitCode> {
  const project = readProject(resolve(shell.folder, dir))
  const { file, byteLength, tookMs } = await buildProject(project, shell)
  const { edition, hooks } = inspect(file).fit
  const shown = relative(shell.folder, file)
  shell.out(`${shown}: ${bytesText(byteLength)}, blink:plugin@${edition} with ${hooks.join(', ')}, ${timeText(tookMs)}`)
  return 0
}

export interface Built {
  readonly file: string
  readonly byteLength: number
  readonly tookMs: number
}

/** For one run, and not to be kept. */
export interface Quick {
  readonly file: string
}

/** The component is in its place, whole, or a Mistake says why not and the last one is still there. */
export async function buildProject(project: Project, shell: Shell, quick: Quick | null = null): Promise<Built> {
  const start = shell.stopwatch()
  bringWit(project)
  const component = await withProgress(shell, `building ${project.name}`, made(project, quick !== null, shell))
  const file = quick?.file ?? join(project.folder, project.out)
  const partial = `${file}.partial`
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(partial, component)
    // Whatever cannot be loaded does not take the place of what can.
    inspect(partial)
    renameSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
  return { file, byteLength: component.length, tookMs: shell.stopwatch() - start }
}

async function made(project: Project, isQuick: boolean, shell: Shell): Promise<Uint8Array> {
  await runBuild(project, shell)
  return makeComponent(project, isQuick)
}
