import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeBeside } from '../../main/exports/beside.ts'
import { smallDisk } from '../store/support/folders.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/** A file that people rely on is there whole, or not at all. */

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder('exports')
})
afterEach(() => folder.remove())

const going = (): { readonly replace: boolean; readonly signal: AbortSignal } => ({
  replace: false,
  signal: new AbortController().signal,
})

async function* pieces(...all: readonly string[]): AsyncGenerator<string> {
  for (const piece of all) yield piece
}

describe('writing a file', () => {
  it('gives its size and digest, makes its folder, and leaves nothing beside it', async () => {
    const path = join(folder.path, 'a', 'b', 'report.html')
    const written = await writeBeside(path, pieces('one ', 'two ', 'ü'), going())
    expect(readFileSync(path, 'utf8')).toBe('one two ü')
    expect(written).toEqual({
      path,
      bytes: 10,
      sha256: createHash('sha256').update('one two ü').digest('hex'),
    })
    expect(readdirSync(join(folder.path, 'a', 'b'))).toEqual(['report.html'])
  })

  it('keeps what is there unless told otherwise', async () => {
    const path = join(folder.path, 'report.html')
    writeFileSync(path, 'mine')
    await expect(writeBeside(path, pieces('new'), going())).rejects.toMatchObject({
      code: 'file-exists',
    })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    await writeBeside(path, pieces('new'), { ...going(), replace: true })
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  it('leaves what was there, and nothing else, when it is cancelled in the middle', async () => {
    const path = join(folder.path, 'report.html')
    writeFileSync(path, 'before')
    const controller = new AbortController()
    const slow = async function* (): AsyncGenerator<string> {
      yield 'x'.repeat(300_000)
      controller.abort()
      yield 'never'
    }
    await expect(
      writeBeside(path, slow(), { replace: true, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(readdirSync(folder.path)).toEqual(['report.html'])
  })

  it('leaves nothing when what it is made of fails, and says where it was to go', async () => {
    const path = join(folder.path, 'report.html')
    const failing = async function* (): AsyncGenerator<string> {
      yield 'beginning'
      throw new Error('the record could not be read')
    }
    await expect(writeBeside(path, failing(), going())).rejects.toMatchObject({
      code: 'not-written',
      message: `${path} could not be written: the record could not be read`,
    })
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('says that a name belongs to a folder', async () => {
    const path = join(folder.path, 'taken')
    mkdirSync(path)
    await expect(
      writeBeside(path, pieces('x'), { ...going(), replace: true }),
    ).rejects.toMatchObject({ code: 'not-written' })
    expect(readdirSync(folder.path)).toEqual(['taken'])
  })

  it('says in words why it could not, and what to do', async () => {
    const refused = async (path: string): Promise<unknown> =>
      await writeBeside(path, pieces('x'), { ...going(), replace: true }).catch((error: unknown) =>
        error instanceof Error ? error.message : error,
      )
    const file = join(folder.path, 'file')
    writeFileSync(file, 'mine')
    expect(await refused(join(file, 'report.html'))).toContain('is no folder. Choose another place')
    mkdirSync(join(folder.path, 'full', 'there'), { recursive: true })
    expect(await refused(join(folder.path, 'full'))).toContain('it is a folder. Add a name')
  })

  it('on a disk that is full: leaves what was there, nothing half written, and says so', async (context) => {
    const disk = smallDisk(1024)
    if (disk === undefined) return context.skip('this user cannot mount a small disk')
    mkdirSync(disk)
    const path = join(disk, 'report.html')
    writeFileSync(path, 'before')
    const large = async function* (): AsyncGenerator<Uint8Array> {
      for (let megabyte = 0; megabyte < 4; megabyte++) yield Buffer.alloc(1_000_000, 'x')
    }
    await expect(writeBeside(path, large(), { ...going(), replace: true })).rejects.toMatchObject({
      code: 'not-written',
      message: `${path} could not be written: there is no more room in ${disk}. Free some, or choose another place. Nothing half written is left.`,
    })
    expect(readdirSync(disk)).toEqual(['report.html'])
    expect(readFileSync(path, 'utf8')).toBe('before')
    return undefined
  })
})
