import type { Execution, ExecutionRequest, OutputSink } from '../../engine/ports.ts'
import { SessionLane, type OpenShell, type Session } from './session-lane.ts'

/**
 * The lane of `session=NAME` blocks: one live shell per run and name.
 *
 * A block whose end was not seen is `unknown`, and its shell is given up. The next block of that session is then
 * refused once, because what it stands on (folder, variables) is gone; run again, it gets a new shell.
 */

export class Sessions {
  readonly #sessions = new Map<string, Map<string, Session>>()
  readonly #openShell: OpenShell

  constructor(openShell: OpenShell) {
    this.#openShell = openShell
  }

  /** Sessions of the same name in different places are different ones. */
  start(name: string, request: ExecutionRequest, sink: OutputSink): Execution {
    const key = JSON.stringify([request.connection, request.host ?? null, name])
    const ofRun = this.#sessions.get(request.run) ?? new Map<string, Session>()
    this.#sessions.set(request.run, ofRun)
    const session = ofRun.get(key) ?? {
      shell: undefined,
      busy: false,
      // Blocks ran in it before this process was there: the shell ended with the one that had it.
      lost: request.continuesSession === true ? 'ended when Muster was closed' : undefined,
      abandoned: [],
      closed: false,
    }
    ofRun.set(key, session)
    const lane = new SessionLane(name, session, request, sink, this.#openShell)
    return {
      result: lane.result,
      stop: (rung) => lane.stop(rung),
      terminal: {
        write: (bytes) => lane.write(bytes),
        resize: (columns, rows) => lane.resize(columns, rows),
      },
    }
  }

  async closeRun(run: string): Promise<void> {
    const sessions = [...(this.#sessions.get(run)?.values() ?? [])]
    this.#sessions.delete(run)
    for (const session of sessions) session.closed = true
    const shells = sessions.flatMap(({ shell, abandoned }) =>
      shell === undefined ? abandoned : [shell, ...abandoned],
    )
    await Promise.all(shells.map((shell) => shell.close()))
  }
}
