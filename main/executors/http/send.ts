import { request as openRequest, type IncomingMessage } from 'node:http'
import { placeOf, type Dialled } from './dial.ts'
import { proxyAuthorization } from './proxy.ts'
import { shownUrl } from './redirects.ts'
import type { HttpRequest } from './request-text.ts'

/** Writes a request to a connection that was made for it. Resolves with the head of the answer. */
export function sendRequest(
  { method, url, headers, body }: HttpRequest,
  { absolute, proxy, socket }: Dialled,
): Promise<IncomingMessage> {
  const authorization = absolute && proxy ? proxyAuthorization(proxy) : undefined
  const all = [
    ...headers,
    ...(authorization === undefined ? [] : [['Proxy-Authorization', authorization]]),
  ]
  return new Promise((resolve, reject) => {
    const outgoing = openRequest({
      method,
      // A proxy that answers itself must be told the whole address.
      path: absolute ? shownUrl(url) : `${url.pathname}${url.search}`,
      headers: all.flat(),
      createConnection: () => socket,
    })
    // What breaks behind the head breaks the body, and is seen there.
    outgoing.on('error', reject)
    outgoing.once('response', resolve)
    socket.once('close', () => reject(new Error(`${placeOf(url)} closed the connection.`)))
    outgoing.end(body)
  })
}
