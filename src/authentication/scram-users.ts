/**
 * Who may log in by SCRAM: users of the settings, and those whom clients made (KIP-554). Of passwords only what SCRAM
 * needs is kept; for users of the settings that is computed when they first log in.
 */
import type { Random } from '../base/random.ts'
import {
  DUPLICATE_RESOURCE,
  type KafkaError,
  NONE,
  RESOURCE_NOT_FOUND,
  UNACCEPTABLE_CREDENTIAL,
  UNKNOWN_SERVER_ERROR,
  UNSUPPORTED_SASL_MECHANISM,
} from '../protocol/errors.ts'
import type { ScramMechanism } from '../protocol/scram.ts'
import { credentialFrom, iterations, newCredential, type ScramCredential } from './scram.ts'

/** As Kafka's messages number them. */
const mechanismTypes: readonly (readonly [type: number, mechanism: ScramMechanism])[] = [
  [1, 'SCRAM-SHA-256'],
  [2, 'SCRAM-SHA-512'],
]

interface Entry {
  readonly iterations: number
  readonly credential: () => ScramCredential
}

type Users = ReadonlyMap<string, ReadonlyMap<ScramMechanism, Entry>>

export interface ScramDeletion {
  readonly name: string
  readonly mechanism: number
}

export interface ScramUpsertion extends ScramDeletion {
  readonly iterations: number
  readonly salt: Buffer
  readonly saltedPassword: Buffer
}

export interface DescribedUser {
  readonly user: string
  readonly error: KafkaError
  readonly credentials: readonly { readonly mechanism: number; readonly iterations: number }[]
}

export interface AlteredUser {
  readonly user: string
  readonly error: KafkaError
}

export class ScramUsers {
  #users: Map<string, Map<ScramMechanism, Entry>>

  constructor(passwords: ReadonlyMap<string, string>, random: Random) {
    const lazily = (mechanism: ScramMechanism, password: string): Entry => {
      let made: ScramCredential | undefined
      const credential = () => {
        made ??= newCredential(mechanism, password, random)
        return made
      }
      return { iterations: iterations.min, credential }
    }
    const entries = (password: string) =>
      new Map(mechanismTypes.map(([, mechanism]) => [mechanism, lazily(mechanism, password)]))
    this.#users = new Map([...passwords].map(([name, password]) => [name, entries(password)]))
  }

  credential(name: string, mechanism: ScramMechanism): ScramCredential | undefined {
    return this.#users.get(name)?.get(mechanism)?.credential()
  }

  /** Null or none: all there are. */
  describe(names: readonly string[] | null): DescribedUser[] {
    const asked = names === null || names.length === 0 ? [...this.#users.keys()] : names
    return [...new Set(asked)].map((user) => {
      const nothing = { user, credentials: [] }
      if (asked.indexOf(user) !== asked.lastIndexOf(user)) {
        return { ...nothing, error: DUPLICATE_RESOURCE.because(`${describedTwice}: ${user}`) }
      }
      const entries = this.#users.get(user)
      if (entries === undefined) {
        return { ...nothing, error: RESOURCE_NOT_FOUND.because(`${noSuchUser('describe')}: ${user}`) }
      }
      const credentials = mechanismTypes.flatMap(([type, mechanism]) => {
        const entry = entries.get(mechanism)
        return entry === undefined ? [] : [{ mechanism: type, iterations: entry.iterations }]
      })
      return { user, error: NONE, credentials }
    })
  }

  /** A user who stands twice in it is left as he is, and so is one with whom anything is wrong. */
  alter(deletions: readonly ScramDeletion[], upsertions: readonly ScramUpsertion[]): AlteredUser[] {
    const refused = new Map<string, KafkaError>()
    const changes = new Map<string, () => void>()
    const note = (one: ScramDeletion, refusal: KafkaError | null, change: () => void) => {
      if (refused.has(one.name)) return
      if (changes.delete(one.name)) refused.set(one.name, alteredTwice)
      else if (refusal !== null) refused.set(one.name, refusal)
      else changes.set(one.name, change)
    }
    for (const one of deletions) note(one, this.#deletionRefusal(one), () => this.#delete(one))
    for (const one of upsertions) note(one, upsertionRefusal(one), () => this.#upsert(one))
    for (const change of changes.values()) change()
    const done = [...changes.keys()].map((user) => ({ user, error: NONE }))
    return [...done, ...[...refused].map(([user, error]) => ({ user, error }))]
  }

  /** What a reset or a snapshot brings back. */
  image(): Users {
    return new Map([...this.#users].map(([name, entries]) => [name, new Map(entries)]))
  }

  restore(image: Users): void {
    this.#users = new Map([...image].map(([name, entries]) => [name, new Map(entries)]))
  }

  #deletionRefusal({ name, mechanism }: ScramDeletion): KafkaError | null {
    const refusal = nameRefusal(name, mechanism)
    if (refusal !== null) return refusal
    const isThere = this.#users.get(name)?.has(mechanismOf(mechanism)!) ?? false
    return isThere ? null : RESOURCE_NOT_FOUND.because(noSuchUser('delete'))
  }

  #delete({ name, mechanism }: ScramDeletion): void {
    const entries = this.#users.get(name)!
    entries.delete(mechanismOf(mechanism)!)
    if (entries.size === 0) this.#users.delete(name)
  }

  #upsert({ name, mechanism: type, iterations, salt, saltedPassword }: ScramUpsertion): void {
    const mechanism = mechanismOf(type)!
    // What came is lent.
    const credential = credentialFrom(mechanism, saltedPassword, Buffer.from(salt), iterations)
    const entries = this.#users.get(name) ?? new Map<ScramMechanism, Entry>()
    entries.set(mechanism, { iterations, credential: () => credential })
    this.#users.set(name, entries)
  }
}

const alteredTwice = DUPLICATE_RESOURCE.because('The request names this credential twice; name it once')
/** Kafka has not thought of it. */
const withoutPassword = UNKNOWN_SERVER_ERROR
const describedTwice = 'The request names this user twice; name it once'

function noSuchUser(attempt: string): string {
  return `There is no such credential to ${attempt}`
}

function mechanismOf(type: number): ScramMechanism | undefined {
  return mechanismTypes.find(([one]) => one === type)?.[1]
}

function nameRefusal(name: string, mechanism: number): KafkaError | null {
  if (name === '') return UNACCEPTABLE_CREDENTIAL.because('The user name is empty')
  if (mechanismOf(mechanism) === undefined) return UNSUPPORTED_SASL_MECHANISM.because('Unknown SCRAM mechanism')
  return null
}

function upsertionRefusal({ name, mechanism, iterations: rounds, saltedPassword }: ScramUpsertion): KafkaError | null {
  const refusal = nameRefusal(name, mechanism)
  if (refusal !== null) return refusal
  if (rounds < iterations.min) return UNACCEPTABLE_CREDENTIAL.because('Too few iterations')
  if (rounds > iterations.max) return UNACCEPTABLE_CREDENTIAL.because('Too many iterations')
  return saltedPassword.length === 0 ? withoutPassword : null
}
