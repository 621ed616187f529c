/** Those who come to the Kafka port with another protocol: told in words of their own which port is meant. */
const methods = ['GET ', 'POST', 'PUT ', 'HEAD', 'DELE', 'OPTI', 'PATC', 'CONN', 'TRAC', 'PRI ']
const tlsHandshake = 0x16
const tlsMajorVersion = 3

export interface Greeting {
  /** For the log. */
  readonly what: string
  /** To be sent before the connection is closed; null where no answer would be understood. */
  readonly answer: string | null
}

/** Looks at a connection's first bytes; null for a client of Kafka's. */
export function strangerGreeting(first: Buffer, httpPort: number | null): Greeting | null {
  if (methods.includes(first.toString('latin1', 0, 4))) {
    return { what: 'an HTTP request came to the Kafka port', answer: httpAnswer(httpPort) }
  }
  if (first[0] === tlsHandshake && first[1] === tlsMajorVersion) {
    return {
      what: 'a TLS handshake came to the Kafka port, which speaks plaintext: set security.protocol=PLAINTEXT',
      answer: null,
    }
  }
  return null
}

function httpAnswer(httpPort: number | null): string {
  const where = httpPort === null ? 'HTTP is switched off (rest_port)' : `HTTP is served on port ${httpPort}`
  const body = `This port speaks the Kafka protocol, not HTTP. ${where}.\n`
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
