import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Everything the store can refuse, in words for the person at the window: what could not be done, where, and what to
 * do. The cause stays attached for the log file; it is never shown.
 */

/**
 * - `full`: the disk has no room (or a quota or file-size limit was reached). Goes away when room is made.
 * - `unwritable`: the disk or the folder refuses: permissions, read-only media, an I/O error.
 * - `damaged`: what is stored cannot be what Muster wrote. Nothing is overwritten.
 * - `locked`: another process writes to this data folder.
 * - `read-only`: this store is a read-only view.
 * - `newer`: the data folder belongs to a newer Muster.
 * - `missing`: a blob is not there, because it was redacted or lost.
 * - `invalid`: the caller asked for something that must not be stored: a bug, not a condition of the disk.
 */
export type StoreErrorKind =
  'full' | 'unwritable' | 'damaged' | 'locked' | 'read-only' | 'newer' | 'missing' | 'invalid'

export class StoreError extends Error {
  readonly kind: StoreErrorKind
  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreError'
    this.kind = kind
  }

  /** Whether the same call can succeed later without a change to the program or the data. */
  get retryable(): boolean {
    return this.kind === 'full' || this.kind === 'unwritable' || this.kind === 'locked'
  }
}

/** The `code` of a SQLite or file-system error, or an empty string. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'EFBIG'])
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT']
const UNWRITABLE = [
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
  'SQLITE_AUTH',
  'SQLITE_NOLFS',
]
const UNWRITABLE_FILES = new Set([
  'EIO',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EMFILE',
  'ENFILE',
  'EISDIR',
])

function kindOf(code: string): StoreErrorKind | undefined {
  if (FULL.has(code)) return 'full'
  if (DAMAGED.some((prefix) => code.startsWith(prefix))) return 'damaged'
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'locked'
  if (UNWRITABLE.some((prefix) => code.startsWith(prefix)) || UNWRITABLE_FILES.has(code))
    return 'unwritable'
  return undefined
}

/** With less than this free, a refusal that gives no reason is taken for a full disk. In bytes. */
const HARDLY_ANYTHING = 256 * 1024

/** SQLite reports some full disks (a shared-memory file, a quota) as plain I/O errors: the disk knows better. */
function refinedKind(kind: StoreErrorKind | undefined, where: string): StoreErrorKind | undefined {
  if (kind !== 'unwritable') return kind
  try {
    const { bavail, bsize } = statfsSync(dirname(where))
    return bavail * bsize < HARDLY_ANYTHING ? 'full' : kind
  } catch {
    return kind
  }
}

const ADVICE = {
  full: 'the disk is full or a limit on file sizes was reached. Free some space there, then try again.',
  unwritable:
    'the disk or the folder refused. Check that the folder exists and belongs to you, and that its disk has room and is healthy, then try again.',
  damaged:
    'the file is damaged. Nothing was changed. Make a copy of the whole data folder, then put muster.db back from a backup.',
  locked: 'another program holds the file. Close it, then try again.',
} as const satisfies Partial<Record<StoreErrorKind, string>>

const READ_ONLY_MEDIUM =
  'it is on a medium that cannot be written to, and Muster writes there even when it only reads. Copy the folder to another disk, or choose another folder.'

/**
 * Says what a SQLite or file-system error means. `what` completes “… could not be done”, as in “The events of run X
 * could not be recorded”; `where` is the file or folder. An error that is neither comes back as it is.
 */
export function explain(error: unknown, what: string, where: string): unknown {
  if (error instanceof StoreError) return error
  const code = codeOf(error)
  const kind = refinedKind(kindOf(code), where)
  if (kind === undefined || !(kind in ADVICE)) return error
  const advice =
    code === 'EROFS'
      ? READ_ONLY_MEDIUM
      : (Object.entries(ADVICE).find(([key]) => key === kind)?.[1] ?? '')
  return new StoreError(kind, `${what} (${where}): ${advice} [${code}]`, error)
}

/** Runs `action`; what the disk refuses becomes a `StoreError`. */
export function refusing<T>(what: string, where: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw explain(error, what, where)
  }
}

/** The same for work that takes time. */
export async function refusingLater<T>(
  what: string,
  where: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw explain(error, what, where)
  }
}
