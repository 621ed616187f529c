/**
 * `blink completion <shell>`: a script by which a shell completes commands, flags and what may follow them. The script
 * asks `blink completion words` what fits, so that it knows of each command what its help knows, and of topics and
 * groups what the broker knows.
 */
import { Argument, type Command, type Option } from 'commander'
import { allGroups } from '../client/group-admin.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import { settingsTable } from '../settings/settings.ts'
import { flagOf } from '../settings/file.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { example } from './arguments.ts'
import { brokerAddresses } from './broker-options.ts'
import { propertyWords } from './client-security.ts'
import { commands } from './list.ts'
import type { Run } from './running.ts'

/** Whoever presses Tab does not wait for a broker that is not there. */
const brokerTimeoutMs = 500

const scripts = {
  bash: `_blink() {
  local IFS=$'\\n'
  COMPREPLY=($(blink completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null))
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == ':files' ]]; then
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    compopt -o filenames
  fi
}
complete -F _blink blink
`,
  zsh: `#compdef blink
_blink() {
  local -a found
  found=("\${(@f)$(blink completion words -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  if [[ \${found[1]} == ':files' ]]; then _files; else compadd -a found; fi
}
compdef _blink blink
`,
  fish: `function __blink_complete
  set -l found (blink completion words -- (commandline -opc)[2..-1] (commandline -ct) 2> /dev/null)
  if test "$found" = ':files'
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c blink -f -a '(__blink_complete)'
`,
} as const
type ShellName = keyof typeof scripts

export function describe(completion: Command, run: Run): void {
  completion
    .addHelpText(
      'after',
      example('source <(blink completion bash)', 'blink completion fish > ~/.config/fish/completions/blink.fish'),
    )
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices([...Object.keys(scripts), 'words']))
    .argument('[words...]')
    .action((name: ShellName | 'words', words: string[]) =>
      run(async (shell) => {
        if (name === 'words') return printWords(words, completion.parent!, shell)
        await shell.write(Buffer.from(scripts[name]))
        return 0
      }),
    )
}

async function printWords(words: readonly string[], program: Command, shell: Shell): Promise<ExitCode> {
  for (const word of await fitting(words, program, shell)) shell.out(word)
  return 0
}

/** `:files` stands for whatever files there are. The last word is the one that is being typed. */
export async function fitting(words: readonly string[], program: Command, shell: Shell): Promise<readonly string[]> {
  const [name = '', ...rest] = words
  const typed = words.at(-1) ?? ''
  if (words.length < 2) {
    const all = [...commands.map((one) => one.name), 'start', 'help']
    return beginning(typed.startsWith('-') ? startFlags() : all, typed)
  }
  const listed = commands.find((one) => one.name === name)
  if (listed === undefined) return beginning(name === 'help' ? commands.map((one) => one.name) : startFlags(), typed)
  const command = program.commands.find((one) => one.name() === name)!
  // The one that is asked from is described already.
  if (name !== 'completion') (await listed.load()).describe(command, async () => {})
  const sub = command.commands.find((one) => one.name() === rest[0])
  if (sub !== undefined && rest.length > 1) return within(sub, `${name} ${sub.name()}`, rest.slice(1), shell)
  if (command.commands.length > 0)
    return beginning(
      command.commands.map((one) => one.name()),
      typed,
    )
  return within(command, name, rest, shell)
}

async function within(
  command: Command,
  name: string,
  words: readonly string[],
  shell: Shell,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  const option = command.options.find((one) => isFlag(one, before))
  if (option?.required === true) return beginning(await valuesOf(option, shell), typed)
  if (typed.startsWith('-'))
    return beginning(
      command.options.flatMap(({ long }) => (long == null ? [] : [long])),
      typed,
    )
  return beginning(await fitsArgument(argumentAt(command, words), name, shell), typed)
}

function isFlag({ short, long }: Option, word: string): boolean {
  return word === short || word === long
}

async function valuesOf(option: Option, shell: Shell): Promise<readonly string[]> {
  const { long, argChoices } = option
  if (argChoices !== undefined) return argChoices
  if (long === '--group') return groupNames(shell)
  if (long === '--topic') return topicNames(shell)
  if (long === '--property') return propertyWords()
  return /<file>|<folder>/.test(option.flags) ? [':files'] : []
}

/** Which of its arguments the last word is: flags, and what they take, left out. */
function argumentAt({ options, registeredArguments }: Command, words: readonly string[]): Argument | undefined {
  const takesValue = (word = '') => options.some((one) => one.required && isFlag(one, word))
  const before = words.slice(0, -1).filter((word, at) => !word.startsWith('-') && !takesValue(words[at - 1]))
  const last = registeredArguments.at(-1)
  return registeredArguments[before.length] ?? (last?.variadic ? last : undefined)
}

async function fitsArgument(argument: Argument | undefined, name: string, shell: Shell): Promise<readonly string[]> {
  if (argument === undefined) return []
  if (argument.argChoices !== undefined) return argument.argChoices
  if (name.startsWith('groups ')) return groupNames(shell)
  if (argument.name().startsWith('topic')) return topicNames(shell)
  return argument.name().startsWith('file') ? [':files'] : []
}

function beginning(words: readonly string[], typed: string): readonly string[] {
  return words[0] === ':files' ? words : words.filter((word) => word.startsWith(typed)).sort()
}

function startFlags(): string[] {
  return ['--settings', '--help', ...Object.values(settingsTable).map(({ key }) => flagOf(key))]
}

function topicNames(shell: Shell): Promise<readonly string[]> {
  return asked(shell, async (client) => (await client.topics()).map(({ name }) => name))
}

function groupNames(shell: Shell): Promise<readonly string[]> {
  return asked(shell, async (client) => (await allGroups(client)).map(({ group }) => group))
}

/** Nothing where there is no broker: then there is nothing to complete. */
async function asked(
  shell: Shell,
  ask: (client: KafkaClient) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { clock, env } = shell
  const { ClientError } = await import('../client/client-error.ts')
  const { SettingsError } = await import('../settings/file.ts')
  let client: KafkaClient | null = null
  try {
    const broker = env['BLINK_BROKER']
    const addresses = brokerAddresses(broker === undefined ? {} : { broker }, shell)
    client = new KafkaClient({ addresses, clock, timeoutMs: brokerTimeoutMs })
    const late = new Promise<readonly string[]>((resolve) => clock.after(brokerTimeoutMs, () => resolve([])))
    return await Promise.race([ask(client), late])
  } catch (error) {
    if (error instanceof ClientError || error instanceof SettingsError || error instanceof Mistake) return []
    throw error
  } finally {
    client?.close()
  }
}
