import { limited } from '../network/reach.ts'
import { DialError, placeText, type Place } from '../network/sockets.ts'
import type { Node } from './node.ts'
import { openAt, openServer, roleOf, type ServerRequest } from './servers.ts'

/** The connections a run keeps: one per target (and node of a cluster), used by one block at a time. */

/** How long a kept connection may take to show that it still lives. */
const ALIVE_MS = 5000

interface Kept {
  readonly key: string
  readonly node: Node
}

export class Clients {
  readonly #kept = new Map<string, Kept[]>()
  /** In use or kept, so that the end of a run closes them all. */
  readonly #all = new Map<string, Set<Node>>()

  /** The connection to where the profile leads, kept or new. Rejects with a `DialError`. */
  async take(request: ServerRequest): Promise<Node> {
    const kept = await this.#living(request, undefined)
    return kept ?? this.#note(request, await openServer(request))
  }

  /** The connection to one node. Rejects with a `DialError`. */
  async takeAt(request: ServerRequest, place: Place): Promise<Node> {
    const kept = await this.#living(request, place)
    return kept ?? this.#note(request, await openAt(request, place))
  }

  /** Gives a connection back, for the next block of the run. */
  giveBack(request: ServerRequest, node: Node): void {
    const { run } = request
    if (run === undefined || !node.alive) return this.drop(request, node)
    const kept = this.#kept.get(run) ?? []
    kept.push({ key: keyOf(request), node })
    this.#kept.set(run, kept)
  }

  drop(request: ServerRequest, node: Node): void {
    node.close()
    if (request.run !== undefined) this.#all.get(request.run)?.delete(node)
  }

  closeRun(run: string): void {
    for (const node of this.#all.get(run) ?? []) node.close()
    this.#all.delete(run)
    this.#kept.delete(run)
  }

  #note(request: ServerRequest, node: Node): Node {
    const { run } = request
    if (run === undefined) return node
    const all = this.#all.get(run) ?? new Set()
    all.add(node)
    this.#all.set(run, all)
    return node
  }

  /** A kept connection that answers. One that does not is closed: nothing of a block has been sent over it. */
  async #living(request: ServerRequest, place: Place | undefined): Promise<Node | undefined> {
    const kept = request.run === undefined ? undefined : this.#kept.get(request.run)
    if (kept === undefined) return undefined
    for (;;) {
      const index = kept.findIndex(
        ({ key, node }) =>
          key === keyOf(request) &&
          (place === undefined || placeText(node.place) === placeText(place)),
      )
      const [found] = index === -1 ? [] : kept.splice(index, 1)
      if (found === undefined) return undefined
      if (await answers(found.node, request)) return found.node
      this.drop(request, found.node)
    }
  }
}

function keyOf({ profile, environment }: ServerRequest): string {
  return JSON.stringify([environment ?? '', profile])
}

/** Whether a kept connection still leads where the profile does: behind sentinels, to a primary. */
async function answers(node: Node, request: ServerRequest): Promise<boolean> {
  if (!node.alive) return false
  const milliseconds = Math.min(ALIVE_MS, request.profile.connectTimeoutMs ?? ALIVE_MS)
  const limit = limited(milliseconds, request.signal, 'It did not answer.')
  const gaveUp = new Promise<false>((resolve) => {
    limit.signal.addEventListener('abort', () => resolve(false), { once: true })
  })
  const lives = async (): Promise<boolean> => {
    if (request.profile.sentinel !== undefined) return (await roleOf(node)) === 'master'
    try {
      await node.ask('PING')
      return true
    } catch (error) {
      // An error is an answer: a user without PING, a server that is loading.
      return node.alive && !(error instanceof DialError)
    }
  }
  try {
    return await Promise.race([lives(), gaveUp])
  } finally {
    limit.clear()
  }
}
