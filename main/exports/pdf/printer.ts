/** Turns a file of HTML into a PDF. */
export interface Printer {
  /** Both paths absolute. Throws in words when it cannot, and what to do instead. */
  print(html: string, pdf: string, signal: AbortSignal): Promise<void>
}
