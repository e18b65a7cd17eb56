/**
 * The beginning of a text, with an ellipsis where something was left out: without it nobody knows that words were cut,
 * redaction included, which then does not look for half a secret. `most`: UTF-16 units.
 */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/\p{Surrogate}$/u, '')}…` : text
}
