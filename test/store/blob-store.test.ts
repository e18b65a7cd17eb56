import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { patternPart } from './support/pattern.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function fileOf(folder: string, run: string, name: string): string {
  return join(folder, 'blobs', run, name.slice(0, 2), name)
}

describe('blobs', () => {
  it('give back any bytes, written in any pieces', async () => {
    const folder = temporaryPath()
    const { blobs } = opened(folder)
    const pieces = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.uint8Array({ maxLength: 300 }) },
        // Around the size of a buffer and beyond, to cross every boundary in the writer.
        {
          weight: 1,
          arbitrary: fc
            .constantFrom(65_536, 524_287, 524_288, 524_289, 1_300_000)
            .map((size) => new Uint8Array(patternPart(size % 251, size))),
        },
      ),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (parts, waits) => {
        const whole = Buffer.concat(parts)
        const writer = blobs.create('r1', 'block#1:stdout')
        const writes: Promise<void>[] = []
        for (const part of parts) {
          const written = writer.write(part)
          if (waits) {
            await written
            // The caller may use its memory again.
            part.fill(0)
          } else writes.push(written)
        }
        await Promise.all(writes)
        const blob = await writer.finish()
        expect(writer.bytes).toBe(whole.length)
        expect(blob.bytes).toBe(whole.length)
        expect(blob.content).toBe(sha256(whole))
        expect(blobs.size('r1', blob.sha256)).toBe(whole.length)
        const back = await blobs.read('r1', blob.sha256, 0, whole.length + 10)
        expect(Buffer.compare(back, whole)).toBe(0)
        expect(await blobs.check('r1', blob.sha256)).toBe('ok')
      }),
      { numRuns: 40 },
    )
    expect(readdirSync(join(folder, 'spool', 'r1'))).toEqual([])
  })

  it('read any part', async () => {
    const { blobs } = opened(temporaryPath())
    const { sha256 } = blobs.put('r1', Buffer.from('0123456789'))
    const part = async (offset: number, length: number): Promise<string> =>
      Buffer.from(await blobs.read('r1', sha256, offset, length)).toString()
    expect(await part(0, 4)).toBe('0123')
    expect(await part(8, 4)).toBe('89')
    expect(await part(10, 4)).toBe('')
    expect(await part(99, 4)).toBe('')
  })

  it('have a name that does not tell the content, and a content hash that does', () => {
    const { blobs } = opened(temporaryPath())
    const one = blobs.put('r1', Buffer.from('yes'))
    const two = blobs.put('r1', Buffer.from('yes'))
    expect(one.content).toBe(sha256(Buffer.from('yes')))
    expect(two.content).toBe(one.content)
    expect(two.sha256).not.toBe(one.sha256)
    expect(one.sha256).not.toBe(one.content)
  })

  it('belong to their run', async () => {
    const { blobs } = opened(temporaryPath())
    const { sha256 } = blobs.put('r1', Buffer.from('x'))
    expect(blobs.size('r2', sha256)).toBeUndefined()
    await expect(blobs.read('r2', sha256, 0, 1)).rejects.toThrow(/is not in the data folder/u)
    await expect(blobs.read('r1', `../../${'0'.repeat(58)}`, 0, 1)).rejects.toThrow(StoreError)
    await expect(blobs.read('..', sha256, 0, 1)).rejects.toThrow(StoreError)
  })

  it('say when they are gone, cut, or changed', async () => {
    const folder = temporaryPath()
    const { blobs } = opened(folder)
    const [gone, cut, changed] = ['gone', 'cut', 'changed'].map((text) => {
      const { sha256 } = blobs.put('r1', Buffer.from(text))
      return sha256
    })
    if (gone === undefined || cut === undefined || changed === undefined)
      throw new Error('No blobs.')
    rmSync(fileOf(folder, 'r1', gone))
    writeFileSync(fileOf(folder, 'r1', cut), 'cu')
    writeFileSync(fileOf(folder, 'r1', changed), 'Changed')
    expect(await blobs.check('r1', gone)).toBe('missing')
    expect(await blobs.check('r1', '0'.repeat(64))).toBe('missing')
    expect(await blobs.check('r1', cut)).toBe('different')
    expect(await blobs.check('r1', changed)).toBe('different')
    await expect(blobs.read('r1', gone, 0, 1)).rejects.toThrow(new RegExp(gone, 'u'))
  })

  it('can be given up', async () => {
    const folder = temporaryPath()
    const { blobs } = opened(folder)
    const writer = blobs.create('r1', 'poll')
    await writer.write(Buffer.from('not this one'))
    await writer.discard()
    await writer.discard()
    expect(readdirSync(join(folder, 'spool', 'r1'))).toEqual([])
    expect(existsSync(join(folder, 'blobs'))).toBe(false)
    await expect(writer.write(Buffer.from('x'))).rejects.toThrow(/already closed/u)
    await expect(writer.finish()).rejects.toThrow(/already closed/u)
    expect(await blobs.recover('r1')).toEqual([])
  })

  it('are in their file soon, while they are still being written', async () => {
    const folder = temporaryPath()
    const { blobs } = opened(folder)
    const writer = blobs.create('r1', 'slow')
    await writer.write(Buffer.from('first line\n'))
    const spool = join(folder, 'spool', 'r1')
    await expect
      .poll(() => readFileSync(join(spool, readdirSync(spool)[0] ?? ''), 'utf8'))
      .toBe('first line\n')
    await writer.discard()
  })

  it('finish twice gives the same blob', async () => {
    const { blobs } = opened(temporaryPath())
    const writer = blobs.create('r1', 'a')
    await writer.write(Buffer.from('x'))
    const [one, two] = await Promise.all([writer.finish(), writer.finish()])
    expect(two).toEqual(one)
  })

  it(
    'hold back a producer that is faster than the disk, in bounded memory',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryPath()
      const child = startChild('spooler', [folder, 'flood#1:stdout', '200'])
      const result: unknown = JSON.parse(await child.next())
      expect(await child.ended).toBe(0)
      const whole = createHash('sha256')
      for (let at = 0; at < 200 * 1024 * 1024; at += 1024 * 1024)
        whole.update(patternPart(at, 1024 * 1024))
      expect(result).toMatchObject({
        bytes: 200 * 1024 * 1024,
        content: whole.digest('hex'),
        check: 'ok',
      })
      expect(result).toHaveProperty('grown')
      const { grown } = Object(result)
      expect(grown).toBeLessThan(40 * 1024 * 1024)
      expect(statSync(folder).isDirectory()).toBe(true)
    },
  )
})
