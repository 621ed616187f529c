/** `blink faults …`: what goes wrong at a Blink that runs, over HTTP. */
import type { Command } from 'commander'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'
import { type Cell, tableLines } from '../terminal/table.ts'
import { example, pair } from './arguments.ts'
import { addHttpOptions, HttpClient, type HttpOptions, type Json } from './http-client.ts'
import type { Run } from './running.ts'

interface Fault extends Json {
  readonly name: string
  readonly state: string
  readonly matched: number
  readonly hits: number
  readonly left: number | null
}

/** What is known of a fault beside what was asked for. */
const ownKeys = ['name', 'state', 'matched', 'hits', 'left', 'added_at', 'expires_at', 'last_hits'] as const

const words = `
A fault is written as words of the form key=value:
  where  api=Produce,Fetch topic=orders-* partition=0 broker=1 client=app* group=g
  what   error=NOT_LEADER_OR_FOLLOWER | delay=200ms jitter=50ms | disconnect=before|after |
         silence=before|after | truncate=10 | throttle=2s | move=leader|coordinator |
         down=true | refuse=true | corrupt=true
  when   times=3 every=10 probability=0.1 seed=42 for=30s`

export function describe(faults: Command, run: Run): void {
  const doing = (options: HttpOptions, work: (http: HttpClient, shell: Shell) => Promise<ExitCode>) =>
    run((shell) => work(new HttpClient(options, shell), shell))
  const sub = (words: string, summary: string, ...lines: readonly string[]) =>
    addHttpOptions(
      faults
        .command(words)
        .description(summary)
        .addHelpText('after', example(...lines)),
    )

  sub('list', 'all faults, and how often each has struck', 'blink faults list').action((options: HttpOptions) =>
    doing(options, (http, shell) => listFaults(options, http, shell)),
  )
  sub('show <name>', 'one fault, with what it struck last', 'blink faults show slow').action(
    (name: string, options: HttpOptions) =>
      doing(options, async (http, shell) => {
        const fault = await http.get(`/faults/${encodeURIComponent(name)}`)
        shell.out(options.json ? JSON.stringify(fault) : JSON.stringify(fault, null, 2))
        return 0
      }),
  )
  sub(
    'add <key=value...>',
    'lets something go wrong',
    'blink faults add api=Produce error=NOT_LEADER_OR_FOLLOWER times=3',
    'blink faults add name=slow api=Fetch delay=200ms',
  )
    .addHelpText('after', words)
    .action((pairs: string[], options: HttpOptions) =>
      doing(options, async (http, shell) => {
        const answer = (await http.post('/faults', faultOf(pairs))) as { faults?: readonly Fault[] }
        for (const fault of answer.faults ?? [answer as Fault]) {
          if (options.json) shell.out(JSON.stringify(fault))
          else shell.tell(`added ${fault.name}: ${description(fault)}`)
        }
        return 0
      }),
    )
  sub(
    'clear [names...]',
    'takes faults back; without names, all',
    'blink faults clear slow',
    'blink faults clear',
  ).action((names: string[], options: HttpOptions) =>
    doing(options, async (http, shell) => {
      if (names.length === 0) await http.delete('/faults')
      for (const name of names) await http.delete(`/faults/${encodeURIComponent(name)}`)
      if (options.json) shell.out(JSON.stringify({ cleared: names.length === 0 ? 'all' : names }))
      else shell.tell(names.length === 0 ? 'cleared all faults' : `cleared ${names.join(', ')}`)
      return 0
    }),
  )
}

/** Numbers and truths as such, lists by their commas. */
export function faultOf(pairs: readonly string[]): Json {
  const fault: Record<string, unknown> = {}
  for (const text of pairs) {
    if (!text.includes('=')) throw new Mistake(`${text} is no fault: write key=value, as in api=Produce`, 2)
    const [key, value] = pair(text)
    if (Object.hasOwn(fault, key)) throw new Mistake(`${key} is said twice: write ${key}=a,b for several`, 2)
    const parts = value.split(',').map(scalar)
    fault[key] = parts.length === 1 ? parts[0] : parts
  }
  return fault
}

function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

async function listFaults({ json }: HttpOptions, http: HttpClient, shell: Shell): Promise<ExitCode> {
  const { faults } = (await http.get('/faults')) as { faults: readonly Fault[] }
  if (json) for (const fault of faults) shell.out(JSON.stringify(fault))
  else if (faults.length === 0) shell.tell('no faults')
  else {
    const right = (title: string) => ({ title, isRight: true })
    const columns = [{ title: 'fault' }, { title: 'state' }, ...['hits', 'left'].map(right), { title: 'what' }]
    const rows = faults.map((fault): Cell[] => {
      const state: Cell = { text: fault.state, colour: fault.state === 'active' ? 'red' : 'dim' }
      return [fault.name, state, `${fault.hits}`, `${fault.left ?? '–'}`, description(fault)]
    })
    for (const line of tableLines(shell, columns, rows)) shell.out(line)
  }
  return 0
}

/** As it would be typed. */
function description(fault: Fault): string {
  const isSaid = (key: string, value: unknown) =>
    value !== null && value !== false && !ownKeys.some((own) => own === key)
  const said = Object.entries(fault).filter(([key, value]) => isSaid(key, value))
  return said.map(([key, value]) => `${key}=${Array.isArray(value) ? value.join(',') : value}${unit(key)}`).join(' ')
}

/** What was a duration is told in milliseconds. */
function unit(key: string): string {
  return ['delay', 'jitter', 'throttle', 'for'].includes(key) ? 'ms' : ''
}
