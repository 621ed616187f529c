/** `blink plugin new`: a project to start from, copied from templates/. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { packageFolder } from './installed.ts'
import { languages, readProject } from './project.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { bringWit } from './wit.ts'

export interface NewOptions {
  readonly name: string
  readonly lang: string
  /** Where; by default a folder of the plugin's name. */
  readonly dir?: string
  /** Where the templates are, for tests. */
  readonly templates?: string
}

const nameWanted = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const nameLengthMax = 64

export function newPlugin(options: NewOptions, shell: Shell): ExitCode {
  const { name, lang, dir = name } = options
  if (!nameWanted.test(name) || name.length > nameLengthMax) {
    throw new Mistake(`the name ${name} will not do: use small letters, digits and single hyphens, as in my-plugin`, 2)
  }
  if (!(languages as readonly string[]).includes(lang)) {
    throw new Mistake(`there is no template for ${lang}: use ${languages.join(', ')}`, 2)
  }
  const template = join(options.templates ?? join(packageFolder(), 'templates'), lang)
  if (!existsSync(template)) throw new Mistake(`the template ${template} is not there: install Blink anew`)
  const target = resolve(shell.folder, dir)
  checkEmpty(target)
  mkdirSync(target, { recursive: true })
  cpSync(template, target, { recursive: true })
  fill(target, { '{{name}}': name, '{{crate}}': name.replaceAll('-', '_') })
  bringWit(readProject(target))
  const shown = relative(shell.folder, target) || '.'
  shell.out(`${name} is in ${shown}. Next:`)
  for (const line of nextCommands(target, shown)) shell.out(`  ${line}`)
  return 0
}

function checkEmpty(target: string): void {
  if (!existsSync(target)) return
  if (!statSync(target).isDirectory()) throw new Mistake(`${target} is a file: name another folder with --dir`, 2)
  if (readdirSync(target).length > 0) {
    throw new Mistake(`${target} is not empty: name another folder with --dir, or empty this one`, 2)
  }
}

/** In the text and in the names of files. */
function fill(folder: string, words: Readonly<Record<string, string>>): void {
  const filled = (text: string) =>
    Object.entries(words).reduce((current, [word, value]) => current.replaceAll(word, value), text)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      fill(path, words)
    } else {
      const bytes = readFileSync(path)
      const text = bytes.toString()
      // What is not text is left as it is.
      if (!bytes.includes(0) && filled(text) !== text) writeFileSync(path, filled(text))
    }
    // npm would not publish a .gitignore.
    const name = entry.name === 'gitignore' ? '.gitignore' : filled(entry.name)
    if (name !== basename(path)) renameSync(path, join(folder, name))
  }
}

function nextCommands(target: string, shown: string): string[] {
  const { out } = readProject(target)
  const hasPackages = existsSync(join(target, 'package.json'))
  const hasRecords = existsSync(join(target, 'records.jsonl'))
  return [
    ...(shown === '.' ? [] : [`cd ${shown}`]),
    ...(hasPackages ? ['npm install'] : []),
    'blink plugin build',
    ...(hasRecords ? [`blink plugin test ${out} records.jsonl`] : []),
    'blink plugin dev',
  ]
}
