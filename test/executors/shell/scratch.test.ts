import { execFile } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  makeScratch,
  removeAbandoned,
  releaseScratch,
  removeScratch,
  writePrivate,
} from '../../../main/executors/shell/scratch.ts'
import { temporaryFolder, type TemporaryFolder } from '../../harness/temporary-folder.ts'

const run = promisify(execFile)
let folder: TemporaryFolder

beforeEach(() => {
  folder = temporaryFolder('scratch')
})

afterEach(() => folder.remove())

/** The number of a process that has just ended. */
async function endedProcess(): Promise<number> {
  const { stdout } = await run('sh', ['-c', 'echo $$'])
  return Number(stdout)
}

function old(name: string): string {
  const path = join(folder.path, name)
  mkdirSync(path)
  writeFileSync(join(path, 'values-1'), 'secret')
  const hourAgo = Date.now() / 1_000 - 3_600
  utimesSync(path, hourAgo, hourAgo)
  return path
}

test('a folder is for this user alone, and gone when it is removed', async () => {
  const path = await makeScratch()
  expect(lstatSync(path).mode & 0o077).toBe(0)
  expect(lstatSync(join(path, '..')).mode & 0o077).toBe(0)
  const other = await makeScratch()
  await releaseScratch(path)
  expect(existsSync(path)).toBe(false)
  await releaseScratch(other)
  expect(existsSync(join(other, '..'))).toBe(false)
})

test('many at once come and go', async () => {
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const path = await makeScratch()
      await writePrivate(join(path, 'x'), 'x')
      await releaseScratch(path)
      expect(existsSync(path)).toBe(false)
    }),
  )
})

test('a folder is made again when something cleaned it away', async () => {
  const first = await makeScratch()
  await removeScratch(join(first, '..'))
  const second = await makeScratch()
  expect(existsSync(second)).toBe(true)
  await releaseScratch(second)
})

test('what a killed process left is removed; what lives, is new, or is not ours, stays', async () => {
  const ended = await endedProcess()
  const left = old(`muster-scratch-${ended}-abc`)
  const mine = old(`muster-scratch-${process.pid}-abc`)
  const other = old('muster-notes')
  const recent = join(folder.path, `muster-scratch-${ended}-new`)
  mkdirSync(recent)
  symlinkSync(other, join(folder.path, `muster-scratch-${ended}-link`))
  await removeAbandoned(folder.path)
  expect(existsSync(left)).toBe(false)
  for (const path of [mine, recent, join(other, 'values-1')]) expect(existsSync(path)).toBe(true)
})

test('a process that ends in order leaves nothing', async () => {
  const module = new URL('../../../main/executors/shell/scratch.ts', import.meta.url).href
  const { stdout } = await run(process.execPath, [
    '--input-type=module',
    '-e',
    `import { makeScratch } from ${JSON.stringify(module)}; console.log(await makeScratch())`,
  ])
  expect(stdout).toContain('muster-scratch-')
  expect(existsSync(join(stdout.trim(), '..'))).toBe(false)
})
