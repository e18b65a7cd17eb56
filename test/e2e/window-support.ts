import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { openWindow, type Window as MusterWindow } from './run-support.ts'

/** A window with a library of its own: two runbooks that can be started, one with errors, one guide. */

const LIBRARY = fileURLToPath(new URL('../fixtures/library', import.meta.url))

export interface LibraryWindow {
  readonly window: MusterWindow
  /** The path of a file of the library. */
  readonly book: (name: string) => string
  /** Shows a screen by its address. */
  readonly show: (address: string) => Promise<void>
  /** Starts a live run of the checkout runbook, without showing it. */
  readonly startRun: (options?: { readonly declaredAt?: number }) => Promise<string>
  readonly close: () => Promise<void>
}

export async function openLibraryWindow(): Promise<LibraryWindow> {
  const folder = temporaryFolder('library')
  const books = join(folder.path, 'books')
  cpSync(LIBRARY, books, { recursive: true })
  const book = (name: string): string => join(books, name)
  let window: MusterWindow
  try {
    window = await openWindow()
  } catch (error) {
    folder.remove()
    throw error
  }
  await window.request('settings.set', { folders: [books], name: 'Ann' })
  return {
    window,
    book,
    show: async (address) => {
      await window.page.evaluate((hash) => {
        globalThis.location.hash = hash
      }, address)
    },
    startRun: async (options = {}) => {
      const path = book('orders/slow-checkout.md')
      const { sha256 } = await window.request('library.read', { path })
      const { run } = await window.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: {},
        commander: 'Ann',
        acceptContent: true,
        severity: 'SEV2',
        ...(options.declaredAt !== undefined && { declaredAt: options.declaredAt }),
      })
      return run
    },
    close: async () => {
      await window.close()
      folder.remove()
    },
  }
}

/** The element that has the focus, by its role or tag and its words. */
export function focused(window: MusterWindow): Promise<string> {
  return window.page.evaluate(() => {
    const element = document.activeElement
    if (element === null) return 'nothing'
    const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
    return `${element.getAttribute('role') ?? element.tagName.toLowerCase()}: ${name.trim()}`
  })
}

/** What elements of a page are, word for word; given to `evaluateAll`. */
export function asXml(elements: readonly Element[]): string[] {
  return elements.map((element) => new XMLSerializer().serializeToString(element))
}
