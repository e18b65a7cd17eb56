import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createBrowserPrinter, findBrowser } from '../../main/exports/pdf/browser-printer.ts'
import { printedPages } from '../../main/exports/pdf/pdf.ts'
import { smallDisk } from '../store/support/folders.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/** A report on paper, printed by the real browser of this machine. */

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder('pdf')
})
afterEach(() => folder.remove())

const never = (): AbortSignal => new AbortController().signal

function page(): string {
  const path = join(folder.path, 'report.html')
  writeFileSync(path, '<!doctype html><html lang="en"><title>Report</title><h1>Übung</h1></html>')
  return path
}

const leftBehind = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('muster-print-'))

describe('printing', () => {
  it('makes a tagged PDF of the page, and leaves no profile behind', async () => {
    const before = leftBehind()
    const pdf = join(folder.path, 'report.pdf')
    await createBrowserPrinter(process.env).print(page(), pdf, never())
    const bytes = readFileSync(pdf)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.includes('/StructTreeRoot')).toBe(true)
    expect(leftBehind()).toEqual(before)
  })

  it('says what to install where there is no browser', async () => {
    const printer = createBrowserPrinter({ PATH: folder.path })
    await expect(printer.print(page(), join(folder.path, 'x.pdf'), never())).rejects.toMatchObject({
      code: 'no-browser',
      message: expect.stringContaining('export HTML'),
    })
  })

  it('says what a browser that cannot print said', async () => {
    const broken = join(folder.path, 'browser')
    writeFileSync(broken, '#!/bin/sh\necho "no display" >&2\nexit 3\n', { mode: 0o755 })
    const printer = createBrowserPrinter({ MUSTER_CHROMIUM: broken })
    await expect(printer.print(page(), join(folder.path, 'x.pdf'), never())).rejects.toMatchObject({
      code: 'not-printed',
      message: `${broken} could not print (exit code 3): no display`,
    })
  })

  it.each([
    ['nothing at all', ''],
    ['the beginning of it', '%PDF-1.4\n1 0 obj\n<<'],
  ])(
    'says that the disk may be full when the browser wrote %s and calls it done',
    async (_, text) => {
      const full = join(folder.path, 'browser')
      writeFileSync(
        full,
        `#!/bin/sh\nfor word in "$@"; do case $word in --print-to-pdf=*) printf '%s' '${text}' >"\${word#*=}";; esac; done\n`,
        { mode: 0o755 },
      )
      const printer = createBrowserPrinter({ MUSTER_CHROMIUM: full })
      await expect(
        printer.print(page(), join(folder.path, 'x.pdf'), never()),
      ).rejects.toMatchObject({
        code: 'not-printed',
        message: expect.stringContaining('is there room for temporary files'),
      })
    },
  )

  it('ends the browser when it is cancelled', async () => {
    const slow = join(folder.path, 'browser')
    writeFileSync(slow, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    const controller = new AbortController()
    const printing = createBrowserPrinter({ MUSTER_CHROMIUM: slow }).print(
      page(),
      join(folder.path, 'x.pdf'),
      controller.signal,
    )
    controller.abort()
    await expect(printing).rejects.toThrow()
  })
})

it('names the disk of the temporary files when that one is full', async (context) => {
  const disk = smallDisk(64)
  if (disk === undefined) return context.skip('this user cannot mount a small disk')
  mkdirSync(disk)
  vi.stubEnv('TMPDIR', disk)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const pieces = function* (): Generator<string> {
    for (let piece = 0; piece < 100; piece++) yield 'x'.repeat(1_000)
  }
  const printing = async (): Promise<number> => {
    let bytes = 0
    const printer = createBrowserPrinter(process.env)
    for await (const piece of printedPages(pieces(), printer, never())) bytes += piece.length
    return bytes
  }
  await expect(printing()).rejects.toMatchObject({
    code: 'not-written',
    message: expect.stringContaining(`there is no more room in ${disk}`),
  })
  expect(readdirSync(disk)).toEqual([])
  return undefined
})

describe('the browser', () => {
  it('is the one that is named, else the first on the way', () => {
    const bin = join(folder.path, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'google-chrome'), '')
    expect(findBrowser({ PATH: `/nowhere:${bin}` })).toBe(join(bin, 'google-chrome'))
    expect(findBrowser({ PATH: bin, MUSTER_CHROMIUM: '/opt/mine' })).toBe('/opt/mine')
  })
})
