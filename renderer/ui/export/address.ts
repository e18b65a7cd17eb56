/** Where a browser gets a file from that lies in the folder of exports; undefined for one elsewhere. */
export function addressOfExport(data: string, path: string): string | undefined {
  const slashes = (text: string): string => text.replaceAll('\\', '/').replace(/\/$/u, '')
  const folder = `${slashes(data)}/exports/`
  const name = slashes(path).slice(folder.length)
  return slashes(path).startsWith(folder) && /^[\w.-]+$/u.test(name)
    ? `/exports/${name}`
    : undefined
}
