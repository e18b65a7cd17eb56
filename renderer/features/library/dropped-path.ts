/** Where a dropped thing lies, as far as a window may know. */

interface Dropped {
  /** A `text/uri-list`. */
  readonly uris: string
  readonly text: string
  /** Name of the first file, and where it lies if this window is told. */
  readonly file: string | undefined
  readonly path?: string | undefined
}

function pathOfUri(line: string): string | undefined {
  if (!URL.canParse(line)) return undefined
  const { protocol, pathname } = new URL(line)
  if (protocol !== 'file:') return undefined
  try {
    // On Windows a file's address is /C:/…
    return decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:\/)/u, '')
  } catch {
    return undefined
  }
}

/** The path of what was dropped, or what to do instead: browsers keep the folder of a file to themselves. */
export function droppedPath({ uris, text, file, path: known }: Dropped): {
  readonly path?: string
  readonly problem?: string
} {
  if (known !== undefined && known !== '') return { path: known }
  for (const line of uris.split(/\r?\n/u)) {
    const path = line.startsWith('#') ? undefined : pathOfUri(line)
    if (path !== undefined) return { path }
  }
  const line = text.trim()
  if (/^(?:\/|~\/|[A-Za-z]:[\\/])[^\n]*$/u.test(line)) return { path: line }
  if (file !== undefined) {
    return {
      path: file,
      problem: `The browser does not say in which folder ${file} lies. Write the folder before its name.`,
    }
  }
  return { problem: 'This is not a file. Drop a Markdown file, or write its path.' }
}
