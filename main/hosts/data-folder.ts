import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where Muster keeps its data when nobody says otherwise, by the habit of each platform. */
export function defaultDataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Muster')
  if (platform === 'win32')
    return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Muster')
  return join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'muster')
}

/** `--data DIR` counts most, then `MUSTER_DATA`, then the platform's place. Always absolute. */
export function dataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  commandLine: readonly string[] = [],
): string {
  const at = commandLine.indexOf('--data')
  const equals = commandLine.find((word) => word.startsWith('--data='))
  const given =
    (at === -1 ? undefined : commandLine[at + 1]) ??
    equals?.slice('--data='.length) ??
    environment['MUSTER_DATA']
  return given === undefined || given === '' ? defaultDataFolder(environment) : resolve(given)
}
