/** Where a file goes. */
export interface FilePlace {
  /** Empty: a name of its own in the folder of exports. */
  readonly path: string
  /** The person was asked already whether a file that is there is to be replaced. */
  readonly replace: boolean
}

export const OWN_PLACE: FilePlace = { path: '', replace: false }

/**
 * The place of a file whose format changes: a name with the ending of the former format gets that of the new one, and is
 * then another file, of which nobody was asked whether it may be replaced. Every other ending is the person's own and
 * stays. Endings are without their dot.
 */
export function withEnding(place: FilePlace, before: string, after: string): FilePlace {
  const path = place.path.trim()
  const stem = path.slice(0, -`.${before}`.length)
  const isOfFormat = path.slice(stem.length).toLowerCase() === `.${before}`
  if (before === after || !isOfFormat || !/[^/\\]$/u.test(stem)) return place
  return { path: `${stem}.${after}`, replace: false }
}
