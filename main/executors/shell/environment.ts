import { homedir } from 'node:os'
import { delimiter, sep } from 'node:path'

/**
 * The environment of a block: the person's own, without what belongs to the program that runs it, plus the values of
 * the run. Values go in last, so that a declared input always means what the runbook says.
 */

/** Names that are Muster's, npm's or Electron's business, or that would make a shell run code nobody reviewed. */
const OWN =
  /^(?:MUSTER_|ELECTRON_|npm_|NODE_CHANNEL_|VITEST|CHROME_DESKTOP$|APPDIR$|APPIMAGE$|ARGV0$|OWD$|INIT_CWD$|NODE_OPTIONS$|NODE_UNIQUE_ID$|BASH_ENV$|ENV$|SHELLOPTS$|BASHOPTS$|PS[0-4]$|PROMPT_COMMAND$|TMOUT$|LINES$|COLUMNS$)/

/** Where people's tools are on a Mac, which a program started from the Dock is not told. */
const MAC_FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin']

/** Lists of folders to which an AppImage adds its own, where a block would find Muster's libraries. */
const FOLDER_LISTS = new Set(['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR'])

function ownFolder(folder: string): boolean {
  const image = process.env['APPDIR']
  if (image !== undefined && image !== '' && folder.startsWith(image)) return true
  return folder.endsWith(`${sep}node_modules${sep}.bin`) || folder.endsWith(`${sep}node-gyp-bin`)
}

function folderList(name: string, list: string): string {
  const folders = list.split(delimiter).filter((folder) => !ownFolder(folder))
  if (process.platform === 'darwin' && name === 'PATH')
    folders.push(...MAC_FOLDERS.filter((folder) => !folders.includes(folder)))
  return folders.join(delimiter)
}

/** What a block inherits. `terminal` is the value of TERM: programs must not draw where nobody looks. */
export function inheritedEnvironment(terminal: 'dumb' | 'xterm-256color'): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || OWN.test(name)) continue
    const list = FOLDER_LISTS.has(name.toUpperCase())
    const inherited = list ? folderList(name.toUpperCase(), value) : value
    // An empty list is not no list: it can mean the current folder.
    if (inherited !== '' || !list) environment[name] = inherited
  }
  environment['TERM'] = terminal
  environment['HOME'] ??= homedir()
  return environment
}
