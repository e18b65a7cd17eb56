import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { patternPart } from './support/pattern.ts'

describe('output that a crash interrupted', () => {
  it('becomes a blob with its label, holding what had reached the file', async () => {
    const folder = temporaryPath()
    const child = startChild('spooler', [folder, 'step/1#2:stdout', '0', '4096'])
    while (Number(await child.next()) < 3_000_000);
    child.process.kill('SIGKILL')
    await child.ended
    const accepted = Number(child.lines.at(-1))

    const { blobs } = opened(folder)
    const recovered = await blobs.recover('r1')
    expect(recovered.map(({ label }) => label)).toEqual(['step/1#2:stdout'])
    const blob = recovered[0]?.blob
    if (blob === undefined) throw new Error('Nothing was recovered.')
    // Two buffers of 512 KiB may have been on their way.
    expect(blob.bytes).toBeGreaterThan(accepted - 1024 * 1024)
    expect(await blobs.check('r1', blob.sha256)).toBe('ok')
    const content = createHash('sha256')
    for (let at = 0; at < blob.bytes; at += 4096) {
      content.update(patternPart(at, Math.min(4096, blob.bytes - at)))
    }
    expect(blob.content).toBe(content.digest('hex'))
    expect(readdirSync(join(folder, 'spool', 'r1'))).toEqual([])
  })

  it('comes back as long as no event refers to it, and no longer', async () => {
    const folder = temporaryPath()
    const store = opened(folder)
    const writer = store.blobs.create('r1', 'step/1#1:stdout')
    await writer.write(Buffer.from('finished just before the crash'))
    const blob = await writer.finish()
    const expected = [{ label: 'step/1#1:stdout', blob }]
    expect(await store.blobs.recover('r1')).toEqual(expected)
    expect(await store.blobs.recover('r1')).toEqual(expected)
    store.log.append('r1', 'muster', [
      {
        type: 'terminal.closed',
        data: {
          terminal: 't',
          target: 'laptop',
          outcome: { kind: 'exited', code: 0 },
          stdout: blob,
          durationMs: 1,
        },
      },
    ])
    expect(await store.blobs.recover('r1')).toEqual([])
  })

  it('is left alone while this process is still writing it', async () => {
    const { blobs } = opened(temporaryPath())
    const writer = blobs.create('r1', 'running')
    await writer.write(Buffer.from('a'))
    expect(await blobs.recover('r1')).toEqual([])
    await writer.write(Buffer.from('b'))
    const { bytes, sha256 } = await writer.finish()
    expect(bytes).toBe(2)
    expect(await blobs.check('r1', sha256)).toBe('ok')
  })

  it('is completed when the crash came between its row and its name', async () => {
    const folder = temporaryPath()
    const store = opened(folder)
    const writer = store.blobs.create('r1', 'step/1#1:stderr')
    await writer.write(Buffer.from('half named'))
    const blob = await writer.finish()
    store.close()
    const raw = new Database(join(folder, 'muster.db'), { readonly: true })
    const salt = raw.prepare<[], string>('select lower(hex(salt)) from blob').pluck().get() ?? ''
    raw.close()
    const final = join(folder, 'blobs', 'r1', blob.sha256.slice(0, 2), blob.sha256)
    renameSync(final, join(folder, 'spool', 'r1', salt))

    const { blobs } = opened(folder)
    expect(await blobs.check('r1', blob.sha256)).toBe('missing')
    expect(await blobs.recover('r1')).toEqual([{ label: 'step/1#1:stderr', blob }])
    expect(await blobs.check('r1', blob.sha256)).toBe('ok')
  })

  it('is kept even when its row was lost, and files of others are not touched', async () => {
    const folder = temporaryPath()
    const { blobs } = opened(folder)
    const spool = join(folder, 'spool', 'r1')
    mkdirSync(spool, { recursive: true })
    writeFileSync(join(spool, randomBytes(16).toString('hex')), 'nobody knows whose')
    writeFileSync(join(spool, randomBytes(16).toString('hex')), '')
    writeFileSync(join(spool, 'README'), 'hello')
    expect(await blobs.recover('r1')).toEqual([])
    expect(readdirSync(spool)).toEqual(['README'])
    const prefixes = readdirSync(join(folder, 'blobs', 'r1'))
    expect(prefixes).toHaveLength(1)
    const names = readdirSync(join(folder, 'blobs', 'r1', prefixes[0] ?? ''))
    expect(await blobs.check('r1', names[0] ?? '')).toBe('ok')
  })

  it('of a writer that the store closed under is recovered too', async () => {
    const folder = temporaryPath()
    const first = opened(folder)
    const writer = first.blobs.create('r1', 'step/1#1:stdout')
    await writer.write(Buffer.from('written'))
    await expect.poll(() => readdirSync(join(folder, 'spool', 'r1')).length).toBe(1)
    first.close()
    const { blobs } = opened(folder)
    await expect.poll(async () => (await blobs.recover('r1'))[0]?.blob.bytes).toBe(7)
  })
})
