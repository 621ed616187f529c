/** `blink plugin …` as people type it, in projects of their own, with the toolchains that this machine has. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/base/clock.ts'
import { languages } from '../../src/workshop/project.ts'
import type { Shell } from '../../src/terminal/shell.ts'
import type { Cleanup } from './suite.ts'
import { typed } from './workshop-shell.ts'

/** All that its projects need are packages that Blink itself is built with, and most plugins are written in it. */
const always = ['typescript']
const { BLINK_TOOLCHAINS = '' } = process.env

/** Why plugins in a language are not built here, with the others that are not; null when they are. */
export function missingFor(language: string): string | null {
  const there = [...always, ...BLINK_TOOLCHAINS.split(',')]
  const missing = languages.filter((one) => !there.includes(one))
  return there.includes(language) ? null : `plugins in ${missing.join(', ')}, which scripts/toolchains.js builds`
}

/** The examples are many, and templates try the same languages: all of them are built by scripts/toolchains.js. */
export function missingForExample(language: string): string | null {
  return BLINK_TOOLCHAINS === '' ? 'the examples, which scripts/toolchains.js builds' : missingFor(language)
}

/** For commands that are called as functions, and whose words nobody looks at. */
export function silentShell(folder: string): Shell {
  const silent = () => {}
  const stopwatch = () => performance.now()
  const looks = { isTerminal: false, hasColour: false }
  const streams = { write: () => null, input: () => typed('') }
  return {
    out: silent,
    tell: silent,
    draw: silent,
    ...streams,
    ...looks,
    clock: systemClock,
    stopwatch,
    folder,
    env: {},
  }
}

/** A folder in which projects find the packages of Blink's own. */
export function workshopFolder({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-workshop-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  return folder
}

export interface Ended {
  readonly code: number | null
  /** What it wrote, with its errors. */
  readonly out: string
}

/** Runs commands in a folder; among them `blink`, which is the one that was built beside the tests. */
export function terminal(folder: string, commands: string, { after }: Cleanup): Promise<Ended> {
  const programs = mkdtempSync(join(tmpdir(), 'blink-bin-'))
  const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url))
  writeFileSync(join(programs, 'blink'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`)
  chmodSync(join(programs, 'blink'), 0o755)
  mkdirSync(folder, { recursive: true })
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH']}` }
  const child = spawn('sh', ['-euc', commands], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (out += text))
  after(() => {
    // The shell and all that it started, where they did not end by themselves.
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    rmSync(programs, { recursive: true, force: true })
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })))
}
