import { randomBytes } from 'node:crypto'
import type { TimestampService } from '../../engine/ports.ts'
import { timestampQuery } from './timestamp.ts'

/** An answer is a few kilobytes with its certificates. */
const MOST_BYTES = 64 * 1024

/** A timestamp service over HTTP (RFC 3161, section 3.4). It learns a hash and nothing else. */
export function createTimestampService(url: string): TimestampService {
  return {
    url,
    async stamp(message, signal) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: new Uint8Array(timestampQuery(message, randomBytes(8))),
        signal,
        redirect: 'error',
      })
      if (!response.ok) throw new Error(`it answered with ${response.status}`)
      const answer = new Uint8Array(await response.arrayBuffer())
      if (answer.length > MOST_BYTES) throw new Error('its answer is too long')
      return answer
    },
  }
}
