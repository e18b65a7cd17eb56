import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBundle } from '../../../main/exports/bundle/files.ts'
import { verifyBundle } from '../../../main/exports/bundle/verify.ts'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { readCast } from '../cast/read.ts'
import { exportBundle, NOTHING, performRun, TAKEN_OUT, tools, type Kept } from './a-run.ts'

/** A bundle of a real run, checked by both verifiers and by the commands of its own VERIFY.md. */

const execute = promisify(execFile)

let bench: Bench
let kept: Kept
let zip: string
let unpacked: string
beforeAll(async () => {
  bench = openBench()
  kept = await performRun(bench)
  zip = await exportBundle(bench, kept.run)
  unpacked = join(bench.data, 'unpacked')
  await execute('unzip', ['-q', zip, '-d', unpacked])
})
afterAll(() => bench.close())

async function python(...words: string[]): Promise<{ code: number; out: string }> {
  try {
    const { stdout } = await execute('python3', ['verify.py', '.', ...words], { cwd: unpacked })
    return { code: 0, out: stdout }
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'stdout' in error && 'code' in error)
      return { code: Number(error.code), out: String(error.stdout) }
    throw error
  }
}

async function verified(path: string, held = NOTHING) {
  const files = await openBundle(path)
  try {
    return await verifyBundle(files, held, tools)
  } finally {
    files.close()
  }
}

describe('a bundle', () => {
  it('holds, as a zip and unpacked, and says what was taken out and what cannot be known', async () => {
    const found = await verified(zip)
    expect(found.problems).toEqual([])
    expect(found).toMatchObject({ ok: true, run: kept.run, signed: { upTo: found.events } })
    expect(found.redacted).toMatchObject([{ kind: 'customer', reason: 'a customer is named' }])
    expect(found.witnesses).toMatchObject([{ kind: 'witnessed', by: 'Ben', how: 'recorded' }])
    expect(found.unknown.join('\n')).toContain('Whether it was written anew')
    expect(await verified(unpacked)).toEqual(found)
  })

  it('agrees with what somebody held, and says up to where', async () => {
    const held = { notes: [kept.note], words: [kept.words], keys: [] }
    const found = await verified(zip, held)
    expect(found.problems).toEqual([])
    expect(found.witnesses.filter(({ how }) => how === 'verified')).toMatchObject([
      { kind: 'held', size: kept.size },
      { kind: 'words', size: kept.size },
    ])
    expect(found.unknown.join('\n')).toContain(`what follows event ${kept.size} was written anew`)
  })

  it('is checked by python3 verify.py .', async () => {
    const { code, out } = await python()
    expect(out).toContain('The record holds together.')
    expect(out).toContain('by Ada (customer): a customer is named')
    expect(code).toBe(0)
    const agreed = await python('--words', kept.words.join(' '))
    expect(agreed).toMatchObject({ code: 0 })
    expect(agreed.out).toContain(`witness of the first ${kept.size} events: your words`)
    const wrong = await python('--words', kept.words.toReversed().join(' '))
    expect(wrong).toMatchObject({ code: 1 })
    expect(wrong.out).toContain('No event has the words you hold.')
  })

  it('has what was recorded of each block, to watch, and says that this is no evidence', async () => {
    const names = readdirSync(join(unpacked, 'sessions')).toSorted()
    expect(names).toEqual([
      expect.stringMatching(/^\d+-step-1-command-1-of-one\.cast$/u),
      expect.stringMatching(/^\d+-step-1-command-2-of-one\.cast$/u),
      expect.stringMatching(/^\d+-step-1-command-3-of-one\.cast$/u),
    ])
    const [first, second, third] = names.map((name) =>
      readCast(readFileSync(join(unpacked, 'sessions', name), 'utf8'), 3),
    )
    expect(first?.output).toBe('looked at db-1\r\n')
    expect(second?.output).toContain('and again\r\n')
    expect(third?.output).toBe('')
    expect(third?.events).toContainEqual([0, 'm', 'Output taken out by Ada: a customer is named'])
    const said = 'Whether reports/ and sessions/ show what was recorded: they were made from it'
    expect((await verified(zip)).unknown.join('\n')).toContain(said)
    expect((await python()).out).toContain(`not known: ${said}`)
  })

  it('is the same bytes when it is made again, and has nothing of what was taken out', async () => {
    const again = await exportBundle(bench, kept.run, 'again.zip')
    const digest = (path: string): string =>
      createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(digest(again)).toBe(digest(zip))
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((bytes) => bytes.includes(TAKEN_OUT.trim()))).toEqual([])
  })

  it('has signatures that openssl checks with the commands of VERIFY.md', async () => {
    const commands = /openssl 3,[\s\S]*?```sh\n(?<commands>[\s\S]*?)```/u.exec(
      readFileSync(join(unpacked, 'VERIFY.md'), 'utf8'),
    )?.groups?.['commands']
    if (commands === undefined) throw new Error('VERIFY.md has no commands.')
    const folder = join(bench.data, 'by-hand')
    await execute('cp', ['-r', unpacked, folder])
    const { stdout } = await execute('sh', ['-c', commands], { cwd: folder })
    expect(stdout).toContain('Signature Verified Successfully')
    const note = join(folder, 'checkpoints', '1.note')
    writeFileSync(note, readFileSync(note, 'utf8').replace('\n1\n', '\n2\n'))
    await expect(execute('sh', ['-c', commands], { cwd: folder })).rejects.toThrow()
  })
})
