/** An id made from a heading: letters and digits of any script, joined by hyphens. */
export function slug(title: string): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
  return words === '' ? 'step' : words
}

/** Gives out ids that are unique in a file: the second `backup` becomes `backup-2`. */
export class Slugs {
  readonly #used = new Set<string>()
  /** The number to be tried next; a file may have the same heading thousands of times. */
  readonly #next = new Map<string, number>()

  /** Takes an id as it is; false when somebody has it already. */
  claim(id: string): boolean {
    if (this.#used.has(id)) return false
    this.#used.add(id)
    return true
  }

  make(title: string): string {
    const base = slug(title)
    if (this.claim(base)) return base
    let number = this.#next.get(base) ?? 2
    while (!this.claim(`${base}-${number}`)) number++
    this.#next.set(base, number + 1)
    return `${base}-${number}`
  }
}
