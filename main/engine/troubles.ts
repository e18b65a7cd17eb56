/**
 * Why not everything is being recorded, from whoever noticed: each source says so, and takes back only what it said
 * itself. What is told is the newest of what stands.
 */
export class Troubles {
  readonly #told: (message: string | undefined) => void
  readonly #standing = new Map<object, string>()
  #last: string | undefined

  /** `told` hears of each change; undefined means that nothing stands any more. */
  constructor(told: (message: string | undefined) => void) {
    this.#told = told
  }

  get message(): string | undefined {
    return this.#last
  }

  /** Says what is wrong, or, without a message, that nothing of this source is wrong any more. */
  readonly report = (source: object, message?: string): void => {
    this.#standing.delete(source)
    if (message !== undefined) this.#standing.set(source, message)
    const newest = [...this.#standing.values()].at(-1)
    if (newest === this.#last) return
    this.#last = newest
    this.#told(newest)
  }
}

/** Where troubles are said. */
export type ReportTrouble = Troubles['report']
