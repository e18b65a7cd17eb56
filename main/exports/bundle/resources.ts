import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder with `verify.py` and `VERIFY.md`: beside the sources, beside what was built, and beside the archive of an
 * installed program. Throws when the installation is not whole.
 */
export function bundleResources(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const folder = join(at, 'resources', 'bundle')
    if (existsSync(join(folder, 'verify.py'))) return folder
    if (dirname(at) === at) throw new Error('Muster cannot find its own file verify.py.')
  }
}
