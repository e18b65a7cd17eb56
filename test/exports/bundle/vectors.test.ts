import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { codesOf, startPython } from './both.ts'

/** A record that never changes, and what was done to it: both verifiers, of this version and of every later one, agree. */

const vectors = z
  .strictObject({
    base: z.record(z.string(), z.string()),
    vectors: z.array(
      z.strictObject({
        name: z.string(),
        /** Files that are another text; null for one that is gone. */
        files: z.record(z.string(), z.string().nullable()),
        notes: z.array(z.string()),
        words: z.array(z.string()),
        keys: z.array(z.string()),
        codes: z.array(z.string()),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(join(import.meta.dirname, '../../fixtures/bundles/vectors.json'), 'utf8'),
    ),
  )

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder('vectors')
})
afterEach(() => folder.remove())

const base = new Map(Object.entries(vectors.base).map(([name, text]) => [name, Buffer.from(text)]))

it('are judged alike by both', async () => {
  expect(vectors.vectors.length).toBeGreaterThan(10)
  for (const [name, bytes] of base) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), bytes)
  }
  const python = startPython(folder.path, base)
  try {
    for (const { name, files, codes, notes, words, keys } of vectors.vectors) {
      const changed = new Map(base)
      for (const [path, text] of Object.entries(files))
        if (text === null) changed.delete(path)
        else changed.set(path, Buffer.from(text))
      const held = { notes, words: words.map((spoken) => spoken.split(' ')), keys }
      expect(await codesOf(changed, held), name).toEqual(codes)
      expect(await python.codesOf(changed, held), name).toEqual(codes)
    }
  } finally {
    await python.close()
  }
})
