/**
 * `rdkafka_performance`, the load program of librdkafka, built from the source that the npm package node-rdkafka
 * carries. The fastest client there is; still, on two cores it is often the limit, and the broker's CPU seconds say
 * more than its rate.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../commands.ts'
import { cache } from '../place.ts'
import type { Load, Loader } from './loader.ts'

const nodeRdkafka = '3.6.1'
const program = join(cache, `rdkafka_performance-${nodeRdkafka}`)
const without = ['ssl', 'gssapi', 'curl', 'zlib', 'zstd', 'lz4-ext'].map((part) => `--disable-${part}`)
const runMs = 60_000

export const librdkafka: Loader = {
  name: 'librdkafka',
  title: 'rdkafka_performance, batches of up to 1 MB',
  partitionCounts: [1, 8],
  async prepare() {
    if (!existsSync(program)) await build()
  },
  produce(port, { topic, partitionCount, recordBytes, recordCount }) {
    const partition = partitionCount === 1 ? ['-p', '0'] : []
    // The library's own default; the program's is to hold what it has for a second, and to wait that long at the end.
    const queue = ['-X', 'queue.buffering.max.messages=500000', '-X', 'linger.ms=5']
    const what = ['-P', '-t', topic, ...partition, '-s', `${recordBytes}`, '-c', `${recordCount}`, '-a', '-1']
    return perform(port, [...what, ...queue], /(\d+) delivered .* (\d+) msgs\/s/, recordCount)
  },
  fetch(port, { topic, partitionCount, recordCount }) {
    const partitions = Array.from({ length: partitionCount }, (_, index) => ['-p', `${index}`]).flat()
    const what = ['-C', '-t', topic, ...partitions, '-o', 'beginning', '-c', `${recordCount}`]
    // Its queue fills faster than the program empties it; by default it then waits for a second.
    const queue = ['-X', 'fetch.queue.backoff.ms=1', '-X', 'queued.min.messages=1000000']
    // Its last fetch, for which nothing is left, would keep the program from ending.
    const wait = ['-X', 'fetch.wait.max.ms=10']
    return perform(
      port,
      [...what, ...queue, ...wait],
      /(\d+) messages .* consumed in \d+ms: (\d+) msgs\/s/,
      recordCount,
    )
  },
}

/** Counts as done only if every record was: a rate over fewer would flatter. */
async function perform(port: number, args: string[], summary: RegExp, recordCount: Load['recordCount']) {
  const output = await run(program, [...args, '-q', '-X', `bootstrap.servers=127.0.0.1:${port}`], { timeoutMs: runMs })
  const [, count, rate] =
    summary.exec(
      output
        .trim()
        .split('\n')
        .findLast((line) => summary.test(line)) ?? '',
    ) ?? []
  if (Number(count) < recordCount) throw new Error(`rdkafka_performance did ${count} of ${recordCount}:\n${output}`)
  return Number(rate)
}

async function build(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blink-librdkafka-'))
  try {
    await run('npm', ['pack', '--silent', `node-rdkafka@${nodeRdkafka}`], { cwd: folder })
    await run('tar', ['xzf', `node-rdkafka-${nodeRdkafka}.tgz`], { cwd: folder })
    const library = join(folder, 'package', 'deps', 'librdkafka')
    await run('./configure', without, { cwd: library })
    await run('make', ['-j2', '-C', 'src', 'librdkafka.a'], { cwd: library })
    await run('make', ['-C', 'examples', 'rdkafka_performance'], { cwd: library })
    copyFileSync(join(library, 'examples', 'rdkafka_performance'), program)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
