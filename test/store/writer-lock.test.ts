import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { note, summary } from './support/samples.ts'

describe('one writer per data folder', () => {
  it('gives a second process a read-only view that says who writes and what to do', async () => {
    const folder = temporaryPath()
    const child = startChild('holder', [folder])
    expect(await child.next()).toBe('writing 2')

    expect(() => opened(folder)).toThrow(StoreError)
    const view = opened(folder, { readOnlyIfLocked: true })
    expect(view.readOnly).toContain(`process ${child.process.pid} on `)
    expect(view.readOnly).toContain(folder)
    expect(view.readOnly).toMatch(/close it and open Muster again/u)
    expect(view.log.read('r1', 0, 10)).toHaveLength(2)

    // Live: what the writer appends is seen without opening again.
    child.process.stdin.write('x')
    expect(await child.next()).toBe('appended 3')
    expect(view.log.read('r1', 0, 10)).toHaveLength(3)
    expect(view.runs.get('r1')?.events).toBe(3)
  })

  it('refuses every write of a read-only view with that sentence', async () => {
    const folder = temporaryPath()
    const writer = opened(folder)
    writer.log.append('r1', 'Ann', [note('one')])
    const view = opened(folder, { readOnlyIfLocked: true })
    const { readOnly } = view
    if (readOnly === undefined) throw new Error('The second store can write.')
    expect(() => view.log.append('r1', 'Ann', [note('two')])).toThrow(readOnly)
    expect(() => view.runs.put(summary('r1'))).toThrow(readOnly)
    expect(() => view.runs.indexText({ run: 'r1', where: 'note', text: 'x' })).toThrow(readOnly)
    expect(() => view.blobs.create('r1', 'a')).toThrow(readOnly)
    expect(() => view.blobs.put('r1', new Uint8Array(1))).toThrow(readOnly)
    await expect(view.blobs.recover('r1')).rejects.toThrow(readOnly)
    expect(() => view.trust.trust('/a', 'b')).toThrow(readOnly)
    expect(() => view.settings.set({ theme: 'dark' })).toThrow(readOnly)
    expect(() => view.settings.addFile('/a')).toThrow(readOnly)
    expect(writer.log.read('r1', 0, 10)).toHaveLength(1)
    // Reading and closing the view leaves the writer its lock.
    view.close()
    expect(opened(folder, { readOnlyIfLocked: true }).readOnly).toBe(readOnly)
  })

  it('can be taken at once after the writer was killed', async () => {
    const folder = temporaryPath()
    for (let round = 0; round < 3; round++) {
      const child = startChild('holder', [folder, `r${round}`])
      expect(await child.next()).toBe('writing 2')
      child.process.kill('SIGKILL')
      expect(await child.ended).toBe('SIGKILL')
      const store = opened(folder)
      expect(store.readOnly).toBeUndefined()
      expect(store.log.read(`r${round}`, 0, 10)).toHaveLength(2)
      store.close()
    }
  })

  it('gives the lock back when it is closed, and names no one who is gone', async () => {
    const folder = temporaryPath()
    opened(folder).close()
    expect(existsSync(join(folder, 'writer.json'))).toBe(false)
    // What a crash left behind is not believed.
    writeFileSync(
      join(folder, 'writer.json'),
      JSON.stringify({ pid: 1, startedAt: 0, host: 'old' }),
    )
    const child = startChild('holder', [folder])
    await child.next()
    expect(readFileSync(join(folder, 'writer.json'), 'utf8')).toContain(
      `"pid":${child.process.pid}`,
    )
    const view = opened(folder, { readOnlyIfLocked: true })
    child.process.stdin.end()
    expect(await child.ended).toBe(0)
    // The view stays a view; a new store can write.
    expect(() => view.log.append('r1', 'Ann', [note('x')])).toThrow(view.readOnly)
    expect(opened(folder).readOnly).toBeUndefined()
  })

  it('closing twice does not take the lock of the next writer away', () => {
    const folder = temporaryPath()
    const first = opened(folder)
    first.close()
    const second = opened(folder)
    first.close()
    expect(opened(folder, { readOnlyIfLocked: true }).readOnly).toContain(`process ${process.pid}`)
    second.close()
  })
})
