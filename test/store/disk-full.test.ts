import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ChainVerifier } from '../../main/core/evidence/chain.ts'
import { StoreError } from '../../main/store/errors.ts'
import { startChild } from './support/children.ts'
import { growDisk, opened, smallDisk, temporaryPath } from './support/folders.ts'
import { patternPart } from './support/pattern.ts'
import { hashText, note } from './support/samples.ts'

const FULL = { kind: 'full', message: expect.stringMatching(/Free some space there/u) }
/** What SQLite says of a limit on file sizes: an I/O error without a reason. */
const REFUSED = {
  kind: 'unwritable',
  message: expect.stringMatching(/could not be recorded .*has room/u),
}

function contentOf(bytes: number): string {
  return createHash('sha256').update(whole(bytes)).digest('hex')
}

/** What the filler wrote, up to `bytes`. */
function whole(bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes; at += 100_000)
    parts.push(patternPart(at, Math.min(100_000, bytes - at)))
  return Buffer.concat(parts)
}

// A limit on the size of files refuses like a full disk, for any user; a disk of its own is the real thing, for root.
describe.each(['limit', 'disk'])('when there is no more room (%s)', (kind) => {
  const KILOBYTES = 2_000

  async function filled(what: 'log' | 'blob') {
    const disk = kind === 'disk' ? smallDisk(KILOBYTES) : undefined
    const folder = disk ?? temporaryPath()
    const child = startChild(
      'filler',
      [folder, what],
      disk ? {} : { fileLimitKilobytes: KILOBYTES },
    )
    expect(await child.ended).toBe(0)
    const said: unknown[] = child.lines.map((line) => JSON.parse(line))
    return { folder, said, onDisk: disk !== undefined }
  }

  it('the log refuses in words, keeps what it acknowledged, and goes on when there is room', async () => {
    const { folder, said, onDisk } = await filled('log')
    const refusal = onDisk ? FULL : REFUSED
    expect(said.slice(0, 3)).toEqual([refusal, refusal, refusal])
    const acknowledged: unknown = Reflect.get(Object(said[3]), 'acknowledged')
    expect(acknowledged).toBeGreaterThan(20)
    expect(said[3]).toEqual({ acknowledged, read: acknowledged })

    // More room: what was there is there, and the chain goes on.
    if (onDisk) growDisk(folder)
    const { log } = opened(folder)
    expect(log.read('r1', 0, 1_000_000)).toHaveLength(Number(acknowledged))
    expect(log.append('r1', 'x', [note('room again')])[0]?.seq).toBe(Number(acknowledged) + 1)
    const verifier = new ChainVerifier('r1', hashText)
    for (const { bytes, hash } of log.readStored('r1', 0, 1_000_000)) {
      verifier.add(Buffer.from(bytes).toString('utf8'), hash)
    }
    expect(verifier.report().problems).toEqual([])
  })

  it('a blob refuses in words and keeps what it had', async () => {
    const { folder, said, onDisk } = await filled('blob')
    expect(said.slice(0, 3)).toEqual([FULL, FULL, FULL])
    const accepted = Number(Reflect.get(Object(said[3]), 'accepted'))
    expect(said[3]).toEqual({ accepted, counted: accepted })
    if (onDisk) {
      // Not even the row fits: the output waits in its spool file and is recovered when there is room.
      growDisk(folder)
    }
    const { blobs } = opened(folder)
    const recovered = await blobs.recover('r1')
    expect(recovered.map(({ label }) => label)).toEqual(['step/1#1:stdout'])
    const blob = recovered[0]?.blob
    if (blob === undefined) throw new Error('Nothing was recovered.')
    const finished: unknown = Reflect.get(Object(said[4]), 'finished')
    if (finished === undefined) expect(said[4]).toEqual(FULL)
    else expect(blob).toEqual(finished)
    expect(blob.bytes).toBeGreaterThan(300_000)
    expect(blob.bytes).toBeLessThanOrEqual(accepted)
    expect(blob.content).toBe(contentOf(blob.bytes))
    expect(await blobs.check('r1', blob.sha256)).toBe('ok')
  })
})

describe('a disk that fills and empties again', () => {
  it('a writer goes on where it stopped, without losing a byte it accepted', async () => {
    const disk = smallDisk(3_000)
    // Where nobody may mount, the limit above stands for this.
    if (disk === undefined) return
    const { blobs, log } = opened(disk)
    const ballast = join(dirname(disk), 'ballast')
    writeFileSync(ballast, Buffer.alloc(1_500_000))
    const writer = blobs.create('r1', 'a')
    let accepted = 0
    let refused: unknown
    while (refused === undefined) {
      try {
        await writer.write(patternPart(accepted, 100_000))
        accepted += 100_000
      } catch (error) {
        refused = error
      }
    }
    expect(refused).toBeInstanceOf(StoreError)
    expect(() => {
      for (let more = 0; more < 1_000; more++) log.append('r1', 'x', [note('y'.repeat(2_000))])
    }).toThrow(StoreError)
    rmSync(ballast)
    expect(existsSync(ballast)).toBe(false)
    await writer.write(patternPart(accepted, 100_000))
    accepted += 100_000
    const blob = await writer.finish()
    expect(blob.bytes).toBe(accepted)
    expect(blob.content).toBe(contentOf(accepted))
    log.append('r1', 'x', [note('room')])
  })

  it('a data folder on a disk without any room is refused in words, and opens when there is some', () => {
    const disk = smallDisk(1_000)
    // Where nobody may mount, the limit above stands for this.
    if (disk === undefined) return
    const first = opened(disk)
    first.log.append('r1', 'x', [note('kept')])
    first.close()
    const ballast = join(dirname(disk), 'ballast')
    expect(() => writeFileSync(ballast, Buffer.alloc(2_000_000))).toThrow(/ENOSPC/u)
    let refused: unknown
    try {
      opened(disk)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(StoreError)
    expect(refused).toMatchObject(FULL)
    rmSync(ballast)
    expect(opened(disk).log.read('r1', 0, 10)).toHaveLength(1)
  })
})
