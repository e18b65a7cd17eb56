import type { Place } from '../network/sockets.ts'

/** Where a node of a cluster sends a command that is not its own: `MOVED 3999 10.0.0.2:6379`, `ASK …`. */
export function redirectOf(
  error: string | undefined,
): { readonly place: Place; readonly asking: boolean } | undefined {
  const match = /^(MOVED|ASK) \d+ (.+):(\d{1,5})$/u.exec(error ?? '')
  const [, kind, host, port] = match ?? []
  if (host === undefined) return undefined
  return { place: { host, port: Number(port) }, asking: kind === 'ASK' }
}
