/** Something to look up customers at: `node server.mjs`, on port 8099. Prints every request, to show what is cached. */
import { createServer } from 'node:http'

const customers = { 7: { name: 'Zoë', tier: 'gold' }, 'a/b': { name: 'Slash', tier: 'none' } }

createServer((request, response) => {
  console.log(request.url)
  const customer = customers[decodeURIComponent(request.url.slice('/customers/'.length))]
  response.statusCode = customer === undefined ? 404 : 200
  response.end(JSON.stringify(customer ?? 'unknown'))
}).listen(8099, 'localhost', () => console.log('on http://localhost:8099/customers/'))
