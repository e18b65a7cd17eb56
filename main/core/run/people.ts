/** Persons are known by their names alone: whoever types at the laptop says who is speaking. */

/** Who acts when the program acts by itself. */
export const MUSTER = 'muster'

/** Spellings that a reader would take for one name: case, width and spaces do not make a second person. */
function folded(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase()
}

export function samePerson(left: string, right: string): boolean {
  return folded(left) === folded(right)
}

/** Whether a name is the program's own, which no person may bear. */
export function isMuster(name: string): boolean {
  return folded(name) === MUSTER
}

/** The names without those that repeat a person. */
export function distinctPersons(names: readonly string[]): readonly string[] {
  return names.filter(
    (name, index) => names.findIndex((other) => samePerson(other, name)) === index,
  )
}
