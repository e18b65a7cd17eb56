export const MARK: string
export function killAll(): void
export function run(
  program: string,
  words: readonly string[],
  options: { readonly mark: string; readonly timeoutMs: number },
): Promise<{ readonly code: number; readonly output: string }>
export function marked(mark: string): readonly { readonly pid: number; readonly command: string }[]
