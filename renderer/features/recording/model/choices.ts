/** How somebody likes to watch, kept from one recording to the next while the window is open. */
let choices: { readonly speed: number; readonly shortens: boolean } = { speed: 1, shortens: true }

export function chosenBefore(): { readonly speed: number; readonly shortens: boolean } {
  return choices
}

export function choose(change: Partial<typeof choices>): void {
  choices = { ...choices, ...change }
}
