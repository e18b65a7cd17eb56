import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { NotABundle, openBundle } from '../../../main/exports/bundle/files.ts'
import { verifyBundle } from '../../../main/exports/bundle/verify.ts'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { exportBundle, NOTHING, performRun, tools } from './a-run.ts'
import { filesOf } from './both.ts'
import type { Files } from './variants.ts'

/** Zips and folders that somebody made to do harm: each is refused in words, and costs little. */

const execute = promisify(execFile)
const MEGABYTE = 1024 * 1024

let bench: Bench
let honest: Files
beforeAll(async () => {
  bench = openBench()
  honest = await filesOf(await exportBundle(bench, (await performRun(bench)).run))
})
afterAll(() => bench.close())

interface Entry {
  readonly bytes: Buffer | Readable
  readonly mode?: number
}

let made = 0
/** A zip of the honest files with these over them, and more in `also`, which may repeat names. */
async function zipOf(
  over: Readonly<Record<string, Entry | null>>,
  also: readonly (readonly [string, Entry])[] = [],
): Promise<string> {
  const zip = new ZipFile()
  const entries: [string, Entry][] = [...honest]
    .filter(([name]) => over[name] === undefined)
    .map(([name, bytes]) => [name, { bytes }])
  for (const [name, entry] of Object.entries(over)) if (entry !== null) entries.push([name, entry])
  for (const [name, { bytes, mode = 0o100644 }] of [...entries, ...also])
    if (bytes instanceof Readable) zip.addReadStream(bytes, name, { mode })
    else zip.addBuffer(bytes, name, { mode })
  zip.end()
  const path = join(bench.data, `hostile-${made++}.zip`)
  writeFileSync(path, await buffer(zip.outputStream))
  return path
}

async function verified(path: string) {
  const files = await openBundle(path)
  try {
    return await verifyBundle(files, NOTHING, tools)
  } finally {
    files.close()
  }
}

/** Replaces a name in the raw bytes of a zip by another of the same length. */
function renamed(path: string, from: string, to: string): string {
  const bytes = readFileSync(path)
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1))
    bytes.write(to, at)
  writeFileSync(path, bytes)
  return path
}

/** Zeros without end in sight, which pack to a thousandth. */
function zeros(megabytes: number): Readable {
  let left = megabytes
  return new Readable({
    read() {
      this.push(left-- > 0 ? Buffer.alloc(MEGABYTE) : null)
    },
  })
}

describe('a zip', () => {
  it.each([
    ['../../evil.txt', '..'],
    ['/etc/passwd_x', 'absolute'],
    ['blobs/../../e', '..'],
    ['setup.exe.bin', 'no file of a bundle'],
    ['blobs\\..\\..\\e', 'invalid characters'],
  ])('with the name %s is refused', async (name, words) => {
    const placeholder = 'x'.repeat(name.length)
    const path = await zipOf({}, [[placeholder, { bytes: Buffer.from('x') }]])
    await expect(verified(renamed(path, placeholder, name))).rejects.toThrow(words)
  })

  it('with a link is refused', async () => {
    const link = { bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }
    await expect(verified(await zipOf({ 'runbook.md': link }))).rejects.toThrow('is a link')
  })

  it('with two files of one name is refused', async () => {
    const twice = await zipOf({}, [['runbook.md', { bytes: Buffer.from('another') }]])
    await expect(verified(twice)).rejects.toThrow('has “runbook.md” twice')
  })

  it('without its events, or that is none, is refused', async () => {
    await expect(verified(await zipOf({ 'events.jsonl': null }))).rejects.toThrow('is missing')
    const path = join(bench.data, 'text.zip')
    writeFileSync(path, 'just text')
    await expect(verified(path)).rejects.toThrow('is no zip')
    await expect(verified(join(bench.data, 'nothing.zip'))).rejects.toThrow('There is no')
  })

  it('that was cut off anywhere is refused or found', async () => {
    const whole = readFileSync(await zipOf({}))
    for (let part = 1; part < 20; part++) {
      const path = join(bench.data, `cut-${part}.zip`)
      writeFileSync(path, whole.subarray(0, Math.floor((whole.length * part) / 20)))
      await expect(verified(path), String(part)).rejects.toThrow('is no zip')
    }
  })

  it('with something behind it is the same zip, or none', async () => {
    const path = await zipOf({})
    writeFileSync(path, Buffer.concat([readFileSync(path), readFileSync(await zipOf({}))]))
    // Readers of zips begin at the end: the second one is what everybody sees.
    const { problems } = await verified(path).catch((error: unknown) => ({ problems: [error] }))
    expect(problems.every((problem) => problem instanceof NotABundle)).toBe(true)
  })

  it('with bytes that were damaged is refused or found', async () => {
    const path = await zipOf({})
    const bytes = readFileSync(path)
    const at = bytes.indexOf('events.jsonl') + 100
    bytes.fill(0, at, at + 500)
    writeFileSync(path, bytes)
    await expect(verified(path)).rejects.toThrow('cannot be unpacked')
  })

  it('that unpacks to a thousand times its size costs little', async () => {
    const name = [...honest.keys()].find((known) => known.startsWith('blobs/')) ?? ''
    const bombs = {
      line: await zipOf({ 'events.jsonl': { bytes: zeros(40) } }),
      note: await zipOf({ 'checkpoints/1.note': { bytes: zeros(40) } }),
      output: await zipOf({ [name]: { bytes: zeros(40) } }),
      salts: await zipOf({ 'blobs.jsonl': { bytes: zeros(40) } }),
      runbook: await zipOf({ 'runbook.md': { bytes: zeros(40) } }),
    }
    const before = process.memoryUsage().rss
    await expect(verified(bombs.line)).rejects.toThrow('a line that is too long')
    await expect(verified(bombs.note)).rejects.toThrow('is too long')
    await expect(verified(bombs.salts)).rejects.toThrow('a line that is too long')
    expect((await verified(bombs.output)).problems).toMatchObject([{ code: 'output' }])
    expect((await verified(bombs.runbook)).problems).toMatchObject([{ code: 'runbook' }])
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE)
  })

  it('with events made to break a reader is judged, not run into', async () => {
    const [first = ''] = (honest.get('events.jsonl') ?? Buffer.of()).toString('utf8').split('\n')
    const event: Record<string, unknown> = JSON.parse(first)
    const deep = JSON.stringify(event).replace(
      '"data":{',
      `"data":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)},`,
    )
    const evil = `${JSON.stringify({ ...event, data: { runbook: null }, run: '\u001b[2J' })}\n${deep}\n{}\n[]\nnull\n"x"\n\ufeff{}\n`
    const { problems } = await verified(
      await zipOf({ 'events.jsonl': { bytes: Buffer.from(evil) } }),
    )
    expect(problems.map(({ code }) => code)).toContain('chain')
  })
})

describe('a folder', () => {
  async function unpacked(name: string): Promise<string> {
    const folder = join(bench.data, name)
    const zip = await zipOf({})
    await execute('unzip', ['-q', zip, '-d', folder])
    return folder
  }

  async function python(folder: string): Promise<{ code: number; out: string }> {
    try {
      const { stdout } = await execute('python3', ['verify.py', '.'], { cwd: folder })
      return { code: 0, out: stdout }
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'stdout' in error && 'code' in error)
        return { code: Number(error.code), out: String(error.stdout) }
      throw error
    }
  }

  it('with links, strange files or long lines is refused by both', async () => {
    const base = await unpacked('folder')
    expect(await python(base)).toMatchObject({ code: 0 })
    const harms: Readonly<Record<string, (folder: string) => void>> = {
      link: (folder) => symlinkSync('/etc/passwd', join(folder, 'reports', 'passwd')),
      strange: (folder) => writeFileSync(join(folder, 'json.py'), 'raise SystemExit(0)'),
      deeper: (folder) => {
        mkdirSync(join(folder, 'blobs', 'more'))
        writeFileSync(join(folder, 'blobs', 'more', 'x'), '')
      },
      hollow: (folder) => mkdirSync(join(folder, 'blobs', 'more')),
      cached: (folder) => writeFileSync(join(folder, '__pycache__'), ''),
      pipe: (folder) => execFileSync('mkfifo', [join(folder, 'reports', 'x.html')]),
      'events elsewhere': (folder) => {
        rmSync(join(folder, 'events.jsonl'))
        symlinkSync(join(base, 'events.jsonl'), join(folder, 'events.jsonl'))
      },
      long: (folder) =>
        writeFileSync(join(folder, 'events.jsonl'), Buffer.alloc(20 * MEGABYTE, 120)),
      note: (folder) =>
        writeFileSync(join(folder, 'checkpoints', '1.note'), Buffer.alloc(2 * MEGABYTE, 120)),
    }
    for (const [name, harm] of Object.entries(harms)) {
      const folder = join(bench.data, `folder-${name}`)
      await cp(base, folder, { recursive: true })
      harm(folder)
      await expect(verified(folder), name).rejects.toThrow()
      const { code, out } = await python(folder)
      expect(`${name}: ${code}`).toBe(`${name}: 2`)
      expect(out).toContain('cannot be checked')
    }
  })

  it('is the same through a link to it, and with what Python keeps beside its programs', async () => {
    const base = await unpacked('kept')
    mkdirSync(join(base, '__pycache__'))
    symlinkSync('/nowhere', join(base, '__pycache__', 'verify.pyc'))
    const linked = join(bench.data, 'linked')
    symlinkSync(base, linked)
    for (const folder of [base, linked]) {
      expect((await verified(folder)).problems).toEqual([])
      expect(await python(folder)).toMatchObject({ code: 0 })
    }
  })
})
