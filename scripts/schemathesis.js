/**
 * Has schemathesis make requests from `/openapi.json`, thousands of them, right and wrong ones, and look at each answer:
 * none is a 5xx that the document does not name, and each is of the status, the media type and the schema that it says.
 *
 * It is installed by pip into `.cache/schemathesis`; where there is no Python, that is said and nothing is tested. Ends
 * in one line, as `npm test` does: `N passed, N failed`, of operations. Words are handed on to it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const version = '4.32.5'
const folder = resolve('.cache/schemathesis')
const program = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'schemathesis')
const secondsMax = 150

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'unsupported_method',
  'allow_header_conformance',
]
/** They never end, or end what the others need: a broker. */
const leftOut = '/(tail|stop)$'

if (!isInstalled()) {
  console.log('schemathesis cannot be had: there is no Python 3.10 with venv, or no package registry')
  console.log('\n0 passed, 0 failed')
} else {
  await run()
}

function isInstalled() {
  if (existsSync(program)) return true
  const isMade = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' }).status === 0
  const install = ['-m', 'pip', 'install', '--quiet', `schemathesis==${version}`]
  const python = join(folder, 'bin', 'python3')
  if (isMade && spawnSync(python, install, { stdio: 'inherit' }).status === 0) return true
  rmSync(folder, { recursive: true, force: true })
  return false
}

async function run() {
  const { createBroker } = await import(pathToFileURL(resolve('dist/index.js')).href)
  // Waits are short, so that a request that may wait does not stand for a hang.
  const broker = await createBroker({ httpWaitMsMax: 100, bootTopics: ['greetings'] })
  try {
    const { code, text } = await schemathesis(broker.httpUrl)
    const isWell = await fetch(`${broker.httpUrl}/ready`).then(({ ok }) => ok)
    if (!isWell) console.log('the broker is not ready any more')
    const [, failed = '0'] = /(\d+) failed/.exec(text) ?? []
    const [, tested = '0'] = /Tested: (\d+)/.exec(text) ?? []
    const isFailed = code !== 0 || !isWell || tested === '0'
    const failures = isFailed ? Math.max(1, Number(failed)) : 0
    console.log(`\n${Math.max(0, Number(tested) - failures)} passed, ${failures} failed`)
    process.exitCode = isFailed ? 1 : 0
  } finally {
    await broker.close()
  }
}

/**
 * @param {string} url
 * @returns {Promise<{ code: number | null, text: string }>} what it said is printed as it comes
 */
function schemathesis(url) {
  const options = [
    ...['--checks', checks.join()],
    ...['--exclude-path-regex', leftOut],
    ...['--phases', 'coverage,fuzzing'],
    ...['--max-time', `${secondsMax}`],
    ...['--max-examples', '15'],
    ...['--request-timeout', '10'],
    ...['--suppress-health-check', 'all'],
    ...['--warnings', 'off'],
    ...['--seed', '1'],
  ]
  const child = spawn(program, ['run', `${url}/openapi.json`, ...options, ...process.argv.slice(2)], {
    // Where it leaves what it found.
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    process.stdout.write(chunk)
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })))
}
