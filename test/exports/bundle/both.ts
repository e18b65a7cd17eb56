import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openBundle, NotABundle, type BundleFiles } from '../../../main/exports/bundle/files.ts'
import { verifyBundle } from '../../../main/exports/bundle/verify.ts'
import type { Held } from '../../../main/core/evidence/record.ts'
import { tools } from './a-run.ts'
import type { Files } from './variants.ts'

/** The same question to both verifiers. */

const ROOT = join(import.meta.dirname, '..', '..', '..')
export const VERIFY_PY = join(ROOT, 'resources', 'bundle', 'verify.py')

export async function filesOf(path: string): Promise<Files> {
  const opened = await openBundle(path)
  const files = new Map<string, Buffer>()
  try {
    for (const name of opened.sizes.keys()) {
      const pieces: Uint8Array[] = []
      for await (const piece of opened.read(name)) pieces.push(piece)
      files.set(name, Buffer.concat(pieces))
    }
  } finally {
    opened.close()
  }
  return files
}

function inMemory(files: Files): BundleFiles {
  return {
    sizes: new Map([...files].map(([name, bytes]) => [name, bytes.length])),
    async *read(name) {
      yield files.get(name) ?? Buffer.alloc(0)
    },
    close: () => undefined,
  }
}

/** The codes of what the TypeScript verifier finds, in order. */
export async function codesOf(files: Files, held: Held): Promise<readonly string[]> {
  try {
    const { problems } = await verifyBundle(inMemory(files), held, tools)
    return [...new Set(problems.map(({ code }): string => code))].toSorted()
  } catch (error) {
    if (error instanceof NotABundle) return ['unreadable']
    throw error
  }
}

/** One Python for many questions. `folder` has the files of `base`, and has them again after each. */
export function startPython(folder: string, base: Files) {
  const child = spawn('python3', [join(import.meta.dirname, 'verify_many.py'), VERIFY_PY, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async codesOf(files: Files, held: Held): Promise<readonly string[]> {
      const changed: Record<string, string | null> = {}
      for (const [name, bytes] of files)
        if (base.get(name)?.equals(bytes) !== true) changed[name] = bytes.toString('base64')
      for (const name of base.keys()) if (!files.has(name)) changed[name] = null
      const { notes, words, keys } = held
      const spoken = words.map((eight) => eight.join(' '))
      child.stdin.write(`${JSON.stringify({ files: changed, notes, words: spoken, keys })}\n`)
      const { value, done } = await answers.next()
      if (done === true) throw new Error('Python has ended.')
      const codes: string[] = JSON.parse(value)
      return codes
    },
    async close() {
      const closed = once(child, 'close')
      child.stdin.end()
      await closed
    },
  }
}

/** The private key of a data folder: what its holder can do with it. */
export function holderKey(data: string): string {
  return readFileSync(join(data, 'keys', 'device.pem'), 'utf8')
}
