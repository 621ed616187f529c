/** Runs the commands of a project's toolchain, and says what to install where one is missing. */
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { programFolders } from './installed.ts'
import type { Project } from './project.ts'
import { Mistake, type Shell } from '../terminal/shell.ts'

/** By program: what people type to have it. */
const remedies: Readonly<Record<string, string>> = {
  npm: 'install Node.js, which brings it',
  asc: 'npm install in the project',
  esbuild: 'npm install in the project',
  tsc: 'npm install in the project',
  cargo: 'install Rust by https://rustup.rs, then rustup target add wasm32-wasip2',
  rustc: 'install Rust by https://rustup.rs, then rustup target add wasm32-wasip2',
  go: 'install Go 1.24 or later from https://go.dev/dl',
  tinygo: 'install TinyGo from https://tinygo.org',
  python3: 'install Python 3.10 or later',
  'componentize-py': 'pip install componentize-py',
  clang: 'install clang and lld, as in apt install clang lld',
  'wasm-ld': 'install lld, as in apt install lld',
  'wasm-tools': 'cargo install wasm-tools',
}

const shownCharactersMax = 16_000

/** One after another, until one fails. Throws Mistake with what the failing one wrote. */
export async function runBuild(project: Project, shell: Shell): Promise<void> {
  for (const command of project.build) await runOne(command, project, shell)
}

async function runOne([program, ...words]: readonly string[], project: Project, shell: Shell): Promise<void> {
  const { PATH = '' } = shell.env
  const path = [...programFolders(project.folder), PATH].join(delimiter)
  const child = spawn(program!, words, {
    cwd: project.folder,
    env: { ...shell.env, ...project.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  const note = (text: string) => {
    written = (written + text).slice(-shownCharactersMax)
  }
  child.stdout.setEncoding('utf8').on('data', note)
  child.stderr.setEncoding('utf8').on('data', note)
  const ending = await new Promise<{ code: number | null } | { error: NodeJS.ErrnoException }>((resolve) => {
    child.once('error', (error) => resolve({ error }))
    child.once('close', (code) => resolve({ code }))
  })
  if ('error' in ending) throw new Mistake(whyNotRun(program!, ending.error, project))
  if (ending.code === 0) return
  const said = written.trim()
  const how = ending.code === null ? 'was ended by a signal' : `ended with code ${ending.code}`
  throw new Mistake(`${[program, ...words].join(' ')} ${how}${said === '' ? '' : `:\n${said}`}`)
}

function whyNotRun(program: string, error: NodeJS.ErrnoException, { language }: Project): string {
  if (error.code !== 'ENOENT') return `${program} cannot be run: ${error.message}`
  const remedy = remedies[program] ?? 'install it, or put its folder into PATH'
  const why = language === '' ? '' : `, and a plugin in ${language} is built by it`
  return `${program} is not installed${why}: ${remedy}`
}
