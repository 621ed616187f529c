/** `blink reset`: a Blink that runs as it was when it had started, over HTTP. */
import type { Command } from 'commander'
import { example } from './arguments.ts'
import { addHttpOptions, HttpClient, type HttpOptions } from './http-client.ts'
import type { Run } from './running.ts'

export function describe(reset: Command, run: Run): void {
  addHttpOptions(reset)
    .addHelpText('after', '\nTopics, records, groups, faults and the clock become what the settings make of them.')
    .addHelpText('after', example('blink reset'))
    .action((options: HttpOptions) =>
      run(async (shell) => {
        const answer = await new HttpClient(options, shell).post('/reset')
        if (options.json) shell.out(JSON.stringify(answer))
        else shell.tell(`reset: ${answer['topics']} topics, ${answer['groups']} groups`)
        return 0
      }),
    )
}
