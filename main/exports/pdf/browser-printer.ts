import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ContractError } from '../../contract/frames.ts'
import type { Printer } from './printer.ts'

/**
 * Prints with a browser of the Chromium family that is on this computer. It gets a profile of its own
 * and reaches no network; the report's own policy lets no script run.
 */

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
]
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]
/** Of one document; long reports come in several. Whoever does not want to wait cancels. */
const LONGEST_MS = 15 * 60_000
const KEPT_WORDS = 2_000
/** Of a PDF's beginning and end, to see that it is whole. */
const END_BYTES = 64

/** The browser to print with; undefined where none is found. */
export function findBrowser(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = environment['MUSTER_CHROMIUM']
  if (named !== undefined && named !== '') return named
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES].find(
    (path) => existsSync(path),
  )
}

function wordsOf(profile: string, html: string, pdf: string): readonly string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // As root Chromium has no sandbox; what it opens is a file that Muster has just written.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    '--no-pdf-header-footer',
    '--generate-pdf-document-outline',
    `--print-to-pdf=${pdf}`,
    pathToFileURL(html).href,
  ]
}

/** A printer that uses the browser found in the environment. */
export function createBrowserPrinter(
  environment: Readonly<Record<string, string | undefined>>,
): Printer {
  return {
    async print(html, pdf, signal) {
      const browser = findBrowser(environment)
      if (browser === undefined) {
        throw new ContractError(
          'no-browser',
          'A PDF is printed by Chromium, Chrome or Edge, and none was found. Install one, name it in MUSTER_CHROMIUM, or export HTML and print that.',
        )
      }
      const profile = await mkdtemp(join(tmpdir(), 'muster-print-'))
      try {
        await printed(browser, wordsOf(profile, html, pdf), signal)
      } finally {
        await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
      }
      if (!(await isWhole(pdf)))
        throw new ContractError(
          'not-printed',
          `${browser} ended without printing the whole report: is there room for temporary files in ${tmpdir()}, and memory? HTML needs no browser to write, and any browser reads it.`,
        )
    },
  }
}

/** Whether a PDF has its first and its last words: on a full disk browsers write less, and call it done. */
async function isWhole(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { size } = await file.stat()
    const read = async (from: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, from)
      return buffer.toString('latin1', 0, bytesRead)
    }
    const [head, tail] = [await read(0), await read(Math.max(0, size - END_BYTES))]
    return head.startsWith('%PDF-') && tail.trimEnd().endsWith('%%EOF')
  } finally {
    await file.close()
  }
}

function printed(browser: string, words: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = AbortSignal.timeout(LONGEST_MS)
    const child = spawn(browser, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: AbortSignal.any([signal, late]),
      killSignal: 'SIGKILL',
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-KEPT_WORDS)
    })
    child.once('error', (error) => {
      const why = late.aborted
        ? `it had not ended after ${LONGEST_MS / 60_000} minutes. Export HTML and print that`
        : error.message
      reject(
        signal.aborted
          ? error
          : new ContractError('not-printed', `${browser} could not print: ${why}.`),
      )
    })
    child.once('close', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new ContractError(
            'not-printed',
            `${browser} could not print (exit code ${code}): ${said.trim().split('\n').at(-1) ?? ''}`,
          ),
        )
    })
  })
}
