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

  /** Takes an id as it is; false when somebody has it already. */
  claim(id: string): boolean {
    if (this.#used.has(id)) return false
    this.#used.add(id)
    return true
  }

  make(title: string): string {
    const base = slug(title)
    let id = base
    for (let number = 2; !this.claim(id); number++) id = `${base}-${number}`
    return id
  }
}
