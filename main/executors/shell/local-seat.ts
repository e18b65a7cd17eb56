import { join } from 'node:path'
import type { ExecutionRequest } from '../../engine/ports.ts'
import { LiveShell } from '../lanes/live-shell.ts'
import type { OpenSeat } from '../lanes/seat.ts'
import { inheritedEnvironment } from './environment.ts'
import { startingFolder } from './prepare.ts'
import { familyOf, signal, signalFamily } from './processes.ts'
import { openPty, type PtyOptions } from './pty.ts'
import { makeScratch, releaseScratch, removeScratch, writePrivate } from './scratch.ts'
import { findProgram, missingShell } from './shells.ts'

/** A live shell's seat on this laptop. */
export function localSeat(options: PtyOptions): OpenSeat {
  return async (deliver) => {
    const folder = await makeScratch()
    let pty
    try {
      pty = openPty(options, deliver)
    } catch (error) {
      await releaseScratch(folder)
      throw error
    }
    const { pid, pump } = pty
    let alive = true
    const end = async () => {
      const { code, signal: by } = await pty.exited
      alive = false
      await pump.ended
      await releaseScratch(folder)
      return {
        words: by === null ? `with exit status ${code ?? 'unknown'}` : `by ${by}`,
        lost: false,
      }
    }
    return {
      ended: end(),
      // Asks the system as well: the news of an end takes a moment.
      alive: () => alive && signal(pid, 0),
      write: (bytes) => pty.write(bytes),
      resize: (columns, rows) => pty.resize(columns, rows),
      async put(name, text) {
        const path = join(folder, name)
        await writePrivate(path, text)
        return path
      },
      remove: removeScratch,
      signalCommands(name) {
        if (!alive) return
        for (const entry of familyOf(pid, true)) if (entry.pid !== pid) signal(entry.pid, name)
      },
      kill() {
        if (alive) signalFamily(pid, true, 'SIGKILL')
      },
      release: () => pump.release(),
    }
  }
}

/** A live shell on this laptop for a session, or the words why there is none. */
export async function openLocalShell({
  values,
  columns,
  rows,
  folder,
}: ExecutionRequest): Promise<LiveShell | string> {
  // Commands in a live shell see a terminal; they must still neither page nor paint.
  const quiet = { PAGER: 'cat', GIT_PAGER: 'cat', SYSTEMD_PAGER: 'cat' }
  const environment: Record<string, string> = {
    ...inheritedEnvironment('dumb'),
    ...quiet,
    ...values,
  }
  const path = environment['PATH'] ?? ''
  const bash = findProgram('bash', path)
  const file = bash ?? findProgram('sh', path)
  if (file === undefined) return missingShell('bash')
  const start = await startingFolder(folder)
  if (typeof start === 'string') return start
  const isBash = bash !== undefined
  const seat = localSeat({
    file,
    arguments: isBash ? ['--noprofile', '--norc', '-i'] : ['-i'],
    environment,
    folder: start.folder,
    columns,
    rows,
  })
  return await LiveShell.start(seat, values, isBash)
}
