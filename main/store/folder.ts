import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, explain, StoreError } from './errors.ts'

/** Where things stand in a data folder, and how its folders and files are made: readable by their owner only. */
export interface DataFolder {
  readonly path: string
  readonly database: string
  readonly writerLock: string
  readonly writerNote: string
  readonly blobs: string
  readonly spool: string
  readonly backups: string
}

export const FOLDER_MODE = 0o700
export const FILE_MODE = 0o600

export function dataFolder(path: string): DataFolder {
  return {
    path,
    database: join(path, 'muster.db'),
    writerLock: join(path, 'writer.lock'),
    writerNote: join(path, 'writer.json'),
    blobs: join(path, 'blobs'),
    spool: join(path, 'spool'),
    backups: join(path, 'backups'),
  }
}

/** Makes the folder when there is none. An existing one keeps its permissions: it may be the user's own choice. */
export function makeDataFolder(path: string): DataFolder {
  try {
    makeFolders(path)
    if (!statSync(path).isDirectory()) throw new StoreError('unwritable', notAFolder(path))
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') {
      throw new StoreError('unwritable', notAFolder(path), error)
    }
    throw explain(error, 'The data folder could not be made', path)
  }
  return dataFolder(path)
}

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries for ever where a folder exists and
 * still nothing can be made in it, as below /proc.
 */
function makeFolders(path: string): void {
  try {
    mkdirSync(path, { mode: FOLDER_MODE })
  } catch (error) {
    if (existsSync(path)) return
    const above = dirname(path)
    if (codeOf(error) !== 'ENOENT' || above === path || existsSync(above)) throw error
    makeFolders(above)
    mkdirSync(path, { mode: FOLDER_MODE })
  }
}

function notAFolder(path: string): string {
  return `The data folder ${path} cannot be used: there is a file in its place. Choose another folder, or move the file away.`
}

/**
 * Makes an empty file for its owner only, unless it exists. An existing file is not even opened: closing a second
 * descriptor of a file drops the POSIX locks that SQLite holds on it in this process.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** Makes a folder and those above it, and makes their names survive a power cut. */
export function makeDurableFolder(path: string): void {
  if (existsSync(path)) return
  const above = dirname(path)
  makeDurableFolder(above)
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
  syncFolder(above)
}

/** Makes new, renamed and removed names in a folder survive a power cut. Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Names in a folder; empty when there is no such folder. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Paths of all files in a folder and those in it; none when there is no such folder. */
export function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Takes other people's permissions away from a file of ours. */
export function makePrivate(path: string): void {
  if (process.platform !== 'win32') chmodSync(path, FILE_MODE)
}
