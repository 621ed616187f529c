/** A release of Apache Kafka in settings. YAML reads 3.0 as the number 3. */
import { type Release, releases } from '../protocol/releases.ts'
import { type Kind, oneOf } from './values.ts'

const word = oneOf(...releases)

export const release: Kind<Release> = {
  name: 'release of Apache Kafka',
  read: (raw, place) => word.read(typeof raw === 'number' && Number.isInteger(raw) ? raw.toFixed(1) : raw, place),
}
