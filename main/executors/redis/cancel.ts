import { Stages } from '../network/stages.ts'
import type { Node } from './node.ts'
import type { Prepared } from './prepare.ts'
import { openAt, type ServerRequest } from './servers.ts'

/** Ends what a server is doing for us, over a second connection: the first one waits for its answer. */

const CONTROL_MS = 2000
const SCRIPTS: Readonly<Record<string, string>> = {
  eval: 'SCRIPT',
  evalsha: 'SCRIPT',
  eval_ro: 'SCRIPT',
  evalsha_ro: 'SCRIPT',
  fcall: 'FUNCTION',
  fcall_ro: 'FUNCTION',
}

/** `undefined` when the server has ended it, and its answer will say so; otherwise in words why it goes on. */
export async function cancelCommand(
  request: ServerRequest,
  node: Node,
  { line, name }: Prepared,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(CONTROL_MS)
  let control: Node
  try {
    control = await openAt({ ...request, stages: new Stages(), signal }, node.place)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `Line ${line.line} could not be ended, because a second connection could not be made: ${why}`
  }
  const ended = (): void => control.close()
  signal.addEventListener('abort', ended)
  try {
    const script = SCRIPTS[name.toLowerCase()]
    if (script !== undefined) {
      await control.ask(script, 'KILL')
      return undefined
    }
    if (node.clientId === undefined)
      return `Line ${line.line} could not be ended: this user may not ask for CLIENT ID, which that needs.`
    const unblocked = await control.ask('CLIENT', 'UNBLOCK', node.clientId, 'ERROR')
    return String(unblocked) === '1'
      ? undefined
      : `Line ${line.line} (${name.toUpperCase()}) does not wait for anything: the server is working on it and cannot be interrupted.`
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `Line ${line.line} could not be ended: ${why}`
  } finally {
    signal.removeEventListener('abort', ended)
    control.close()
  }
}
