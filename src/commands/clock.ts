/** `blink clock …`: the time of a Blink that runs, over HTTP. */
import { Argument, type Command } from 'commander'
import type { ExitCode, Shell } from '../terminal/shell.ts'
import { durationMs, example } from './arguments.ts'
import { addHttpOptions, HttpClient, type HttpOptions } from './http-client.ts'
import type { Run } from './running.ts'

interface Shown {
  readonly state: string
  readonly now: string
  readonly offset_ms: number
}

export function describe(clock: Command, run: Run): void {
  const sub = (words: string, summary: string, line: string) =>
    addHttpOptions(clock.command(words).description(summary).addHelpText('after', example(line)))
  const post = (body: unknown, options: HttpOptions) =>
    run(async (shell) => show(await new HttpClient(options, shell).post('/clock', body), options, shell))

  sub('show', 'what time it is there', 'blink clock show').action((options: HttpOptions) =>
    run(async (shell) => show(await new HttpClient(options, shell).get('/clock'), options, shell)),
  )
  sub('advance', 'moves it on, and runs what falls due', 'blink clock advance 10m')
    .addArgument(new Argument('<duration>', 'as 10m').argParser(durationMs))
    .action((advance: number, options: HttpOptions) => post({ advance }, options))
  sub('set <time>', 'to a time, as ISO 8601 or milliseconds since 1970', 'blink clock set 2030-01-01T00:00:00Z').action(
    (time: string, options: HttpOptions) => post({ set: /^\d+$/.test(time) ? Number(time) : time }, options),
  )
  sub('freeze', 'lets it stand still', 'blink clock freeze').action((options: HttpOptions) =>
    post({ freeze: true }, options),
  )
  sub('resume', 'lets it run on from where it stands', 'blink clock resume').action((options: HttpOptions) =>
    post({ freeze: false }, options),
  )
}

function show(answer: unknown, { json }: HttpOptions, shell: Shell): ExitCode {
  const { state, now, offset_ms: offsetMs } = answer as Shown
  if (json) shell.out(JSON.stringify(answer))
  else shell.out(`${now}  ${state}${offsetText(offsetMs)}`)
  return 0
}

/** Who froze it a moment ago does not care for milliseconds. */
function offsetText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000)
  return seconds === 0 ? '' : `, ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the machine`
}
