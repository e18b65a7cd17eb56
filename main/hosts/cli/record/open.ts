import type { Push } from '../../../contract/pushes.ts'
import type { Connection } from '../../../engine/engine.ts'
import { compose, type Muster } from '../../compose.ts'
import { dataFolder } from '../../data-folder.ts'
import { shippedRunbooks, version } from '../../paths.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'

/** The data folder opened for one command, with a connection of the contract to it. */
export interface Opened {
  readonly connection: Connection
  /** Why nothing can be written. */
  readonly readOnly: string | undefined
  /** Ends what runs, suspends open runs, closes the folder. */
  close(): Promise<void>
}

/** How long a command that writes waits for one that only had a short look. */
const PATIENCE_MS = 2_000
const AGAIN_MS = 100

function open(data: string): Muster {
  return compose({ data, host: 'cli', version, folders: [shippedRunbooks] })
}

/** Who receives what the engine says by itself. */
interface Listener {
  readonly push: (push: Push) => void
  /** A person is there who can answer what a connection asks. */
  readonly answers: boolean
}

const NOBODY: Listener = { push: () => undefined, answers: false }

function connected(muster: Muster, listener: Listener): Opened {
  const connection = muster.engine.connect(listener)
  return {
    connection,
    readOnly: muster.readOnly,
    async close() {
      // The last events (a suspension) still reach whoever listens.
      await muster.close()
      connection.close()
    },
  }
}

/** Where `--data`, `MUSTER_DATA` or the platform says. */
export function chosenData(data: string | undefined): string {
  return dataFolder(process.env, data === undefined ? [] : ['--data', data])
}

/** Opens the folder to look at it; another Muster may be writing to it. */
export function openToRead(data: string | undefined, listener: Listener = NOBODY): Opened {
  return connected(open(chosenData(data)), listener)
}

/** Opens the folder to write to it. Throws when another Muster has it and does not give it back soon. */
export async function openToWrite(
  data: string | undefined,
  push: (push: Push) => void,
  answers = false,
): Promise<Opened> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const muster = open(chosenData(data))
    if (muster.readOnly === undefined) return connected(muster, { push, answers })
    await muster.close()
    if (performance.now() > deadline) throw new CliError(EXIT.data, muster.readOnly)
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}
