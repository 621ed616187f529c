/** Jars from Maven Central, kept in `.cache`. Needs Maven, and a registry the first time. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The release of Apache Kafka that Blink's messages are compared with. */
export const kafkaVersion = '4.4.0'

/** `group:name:version` → the jar's path; null where it cannot be had. */
export function jar(artifact: string): string | null {
  const [, name, version] = artifact.split(':')
  const path = `.cache/${name}-${version}.jar`
  if (existsSync(path)) return path
  const options = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, '-DoutputDirectory=.cache']
  spawnSync('mvn', options, { stdio: 'ignore', shell: process.platform === 'win32' })
  return existsSync(path) ? path : null
}
