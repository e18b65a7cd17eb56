import type { Pump } from '../lanes/pump.ts'

/** What outlives its block: pipes that background processes still write to. Closed when the run is. */
export class OpenThings {
  readonly #pumps = new Map<string, Set<Pump>>()

  /** Drops what still comes, until the writers end or the run is closed. */
  adopt(run: string, pump: Pump): void {
    pump.release()
    if (pump.done) return
    const kept = this.#pumps.get(run) ?? new Set()
    this.#pumps.set(run, kept)
    kept.add(pump)
    void pump.ended.then(() => {
      kept.delete(pump)
      if (kept.size === 0) this.#pumps.delete(run)
    })
  }

  async closeRun(run: string): Promise<void> {
    const kept = [...(this.#pumps.get(run) ?? [])]
    for (const pump of kept) pump.destroy()
    await Promise.all(kept.map((pump) => pump.ended))
  }
}
