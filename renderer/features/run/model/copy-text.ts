/** Reading what PostgreSQL writes as COPY text: tabs between cells, `\N` for null, a backslash before what is special. */

const ESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** A cell as it stands in the line. Null is not the empty text. */
function cellOf(written: string): string | null {
  if (written === '\\N') return null
  if (!written.includes('\\')) return written
  return written.replaceAll(/\\(.)/gsu, (_whole, letter: string) => ESCAPED[letter] ?? letter)
}

/** The cells of one line, without its line feed. */
export function copyCells(line: string): readonly (string | null)[] {
  return line.split('\t').map(cellOf)
}
