import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { wordsOfAttachment } from '../core/run/attachments.ts'
import { wordsOfInject } from '../core/run/injects.ts'
import type { BlobReference, RunEvent } from '../core/run/events.ts'
import { blobFile } from './blob-files.ts'
import type { DataFolder } from './folder.ts'
import type { SearchEntry } from './search-index.ts'
import { joinEnds } from './search-text.ts'

/** As much of each end of an output as `searchable` keeps, in bytes. */
const END_BYTES = 256 * 1024

/** What an event adds to the search, for a run whose entries are not there. */
export function entriesOf(event: RunEvent, folder: DataFolder): readonly SearchEntry[] {
  const { run } = event
  if (event.type === 'run.started') {
    const { plan, commander, inputs } = event.data
    const text = [plan.title, plan.system ?? '', commander, ...Object.values(inputs)].join('\n')
    return [{ run, where: 'run', text }]
  }
  if (event.type === 'note.added') return [{ run, where: 'note', text: event.data.text }]
  if (event.type === 'inject.given')
    return [{ run, where: 'note', text: wordsOfInject(event.data) }]
  if (event.type === 'attachment.added') {
    const text = wordsOfAttachment(event.data)
    return text === '' ? [] : [{ run, where: 'note', text }]
  }
  if (event.type === 'block.finished' || event.type === 'block.host-finished') {
    const { step, block, stdout, stderr } = event.data
    const text = [stdout, stderr].map((blob) => endsOf(folder, run, blob)).join('\n')
    return text.trim() === '' ? [] : [{ run, where: 'output', step, block, text }]
  }
  if (event.type === 'terminal.closed') {
    const text = endsOf(folder, run, event.data.stdout)
    return text.trim() === '' ? [] : [{ run, where: 'output', text }]
  }
  return []
}

/** The beginning and the end of a blob as text; empty when it is not there any more. */
function endsOf(folder: DataFolder, run: string, blob: BlobReference | undefined): string {
  if (blob === undefined) return ''
  const path = blobFile(folder, run, blob.sha256)
  try {
    const { size } = statSync(path)
    if (size <= 2 * END_BYTES) return new TextDecoder('utf-8').decode(readPart(path, 0, size))
    return joinEnds(readPart(path, 0, END_BYTES), readPart(path, size - END_BYTES, END_BYTES))
  } catch {
    return ''
  }
}

function readPart(path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const descriptor = openSync(path, 'r')
  try {
    let at = 0
    while (at < length) {
      const count = readSync(descriptor, bytes, at, length - at, offset + at)
      if (count === 0) break
      at += count
    }
    return bytes.subarray(0, at)
  } finally {
    closeSync(descriptor)
  }
}
