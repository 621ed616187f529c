/**
 * The features of the cluster (KIP-584): which levels of each there are, and which one is in force. Levels are Apache
 * Kafka 4.4's; a feature at level 0 is off, and is not told as being in force.
 */
import { INVALID_UPDATE_VERSION, type KafkaError } from '../protocol/errors.ts'

export interface Feature {
  readonly name: string
  readonly min: number
  readonly max: number
}

export interface FeatureUpdate {
  readonly feature: string
  readonly maxVersionLevel: number
  readonly upgradeType: number
}

const upgradeTypes = { upgrade: 1, safeDowngrade: 2, unsafeDowngrade: 3 } as const
const metadataVersion = 'metadata.version'
const kraftVersion = 'kraft.version'

/** What is there, and the level in force at the start. */
const features: readonly (Feature & { readonly level: number })[] = [
  { name: 'eligible.leader.replicas.version', min: 0, max: 1, level: 1 },
  { name: 'group.version', min: 0, max: 1, level: 1 },
  { name: kraftVersion, min: 0, max: 1, level: 0 },
  { name: metadataVersion, min: 7, max: 33, level: 33 },
  { name: 'share.version', min: 0, max: 2, level: 2 },
  { name: 'streams.version', min: 0, max: 1, level: 1 },
  // Without level 2 clients write in transactions as before KIP-890.
  { name: 'transaction.version', min: 0, max: 2, level: 2 },
]

export class Features {
  #levels: ReadonlyMap<string, number> = new Map(features.map(({ name, level }) => [name, level]))
  /** Clients heed levels from epoch 0 on, and the newest they have seen. */
  epoch = 1

  get supported(): readonly Feature[] {
    return features
  }

  /** Those that are on. */
  get finalized(): readonly (readonly [name: string, level: number])[] {
    return [...this.#levels].filter(([, level]) => level > 0)
  }

  level(name: string): number {
    return this.#levels.get(name) ?? 0
  }

  /** All of it or nothing: why not, or null. Of updates of one feature the last counts. */
  update(updates: readonly FeatureUpdate[], isTrial: boolean): KafkaError | null {
    const last = [...new Map(updates.map((one) => [one.feature, one])).values()]
    for (const one of last) {
      const problem = this.#problem(one)
      if (problem !== null) {
        return INVALID_UPDATE_VERSION.because(
          `Invalid update version ${one.maxVersionLevel} for feature ${one.feature}. ${problem}`,
        )
      }
    }
    if (!isTrial && last.length > 0) {
      this.#levels = new Map([...this.#levels, ...last.map((one) => [one.feature, one.maxVersionLevel] as const)])
      this.epoch++
    }
    return null
  }

  /** In the order in which Kafka looks. */
  #problem({ feature, maxVersionLevel: level, upgradeType }: FeatureUpdate): string | null {
    if (!Object.values<number>(upgradeTypes).includes(upgradeType)) return 'There is no such type of upgrade.'
    if (level < 0) return `There is no version ${level}; they begin at 0.`
    const known = features.find(({ name }) => name === feature)
    if (known === undefined) return 'This feature is not supported.'
    if (level < known.min || level > known.max) return `Only versions ${known.min}-${known.max} are supported.`
    const now = this.level(feature)
    const isUpgrade = upgradeType === upgradeTypes.upgrade
    if (level < now && isUpgrade) return `${level} is below ${now}: ask for a safe or an unsafe downgrade.`
    if (level > now && !isUpgrade) return `${level} is above ${now}, so no downgrade: ask for an upgrade.`
    if (level < now && feature === metadataVersion) return 'Downgrading it might delete metadata.'
    return level < now && feature === kraftVersion ? 'This feature never goes back to a lower version.' : null
  }

  levels(): ReadonlyMap<string, number> {
    return this.#levels
  }

  restore(levels: ReadonlyMap<string, number>): void {
    if (levels === this.#levels) return
    this.#levels = levels
    this.epoch++
  }
}
