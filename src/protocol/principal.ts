/** Who a client is, as its connection proved it; `User:alice` is how Kafka writes it, and how ACLs name it. */
export interface Principal {
  readonly type: string
  readonly name: string
}

/** Whoever did not have to prove anything. */
export const anonymous: Principal = { type: 'User', name: 'ANONYMOUS' }
/** Blink itself, for whoever asks over HTTP: known by being this very object, so that no client can be it. */
export const insider: Principal = { type: 'User', name: 'blink' }

export function principalText({ type, name }: Principal): string {
  return `${type}:${name}`
}

/** Null for whoever did not have to prove anything. */
export function provenPrincipal(principal: Principal): string | null {
  return principal === anonymous || principal === insider ? null : principalText(principal)
}

/** Null: no such text. A name may hold colons. */
export function principalOf(text: string): Principal | null {
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1) return null
  return { type: text.slice(0, colon), name: text.slice(colon + 1) }
}
