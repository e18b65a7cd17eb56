/**
 * Writes output of which every byte is known: `spooler FOLDER LABEL MEGABYTES [CHUNK]`. Prints the bytes accepted as it
 * goes and, at the end, the blob with the largest memory seen; without an end (0 megabytes) it goes on until killed.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../../../main/store/open.ts'
import { clock, crypto } from '../support/samples.ts'
import { patternPart } from '../support/pattern.ts'

const [folder = '', label = '', megabytes = '0', chunk = '65536'] = process.argv.slice(2)
const store = openStore({ folder, clock, crypto })
const before = process.memoryUsage.rss()
let largest = before
const writer = store.blobs.create('r1', label)
const total = Number(megabytes) * 1024 * 1024
const size = Number(chunk)
for (;;) {
  if (total > 0 && writer.bytes >= total) break
  await writer.write(patternPart(writer.bytes, size))
  if (writer.bytes % (size * 64) === 0) {
    largest = Math.max(largest, process.memoryUsage.rss())
    if (total === 0) writeSync(1, `${writer.bytes}\n`)
    await new Promise(setImmediate)
  }
}
const blob = await writer.finish()
const check = await store.blobs.check('r1', blob.sha256)
process.stdout.write(`${JSON.stringify({ ...blob, check, grown: largest - before })}\n`)
store.close()
