/** What to say of something that was thrown. Errors of the client carry words for the person at the window. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
