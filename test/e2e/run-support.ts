import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import {
  requests,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../../main/contract/requests.ts'
import type { RunEvent } from '../../main/core/run/events.ts'
import { launchChromium } from '../harness/chromium.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { slowSocket } from './slow-socket.ts'

/** The real web host in a process of its own, with its window in a real browser; both as they were built. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = join(root, 'out', 'main', 'web.js')

interface Host {
  readonly child: ChildProcess
  /** A link with a one-time token. */
  readonly link: string
}

async function startHost(data: string): Promise<Host> {
  const child = spawn(process.execPath, [PROGRAM, '--no-open', '--data', data], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const link = await new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = /Muster is at (\S+)/u.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', () => reject(new Error(`The web host ended: ${output}`)))
  })
  return { child, link }
}

async function endHost({ child }: Host, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

export interface StartedRun {
  readonly run: string
  readonly path: string
}

export interface Window {
  readonly page: Page
  readonly context: BrowserContext
  /** Writes a runbook, starts a run of it as Ann, and shows it. */
  start(
    source: string,
    options?: {
      readonly inputs?: Readonly<Record<string, string>>
      readonly mode?: 'live' | 'walkthrough'
      readonly severity?: 'SEV1' | 'SEV2' | 'SEV3'
      readonly environment?: string
    },
  ): Promise<StartedRun>
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>>
  /** All events of a run, from the log. */
  events(run: string): Promise<readonly RunEvent[]>
  /** Ends the host with SIGKILL and starts another one on the same data folder; the window signs in again. */
  readonly killAndRestart: () => Promise<void>
  /** Ends the host with SIGKILL; the window stays. */
  readonly kill: () => Promise<void>
  /** A second Muster on the same data folder, in a browser window of its own. */
  openSecond(): Promise<{ readonly page: Page; close(): Promise<void> }>
  close(): Promise<void>
}

/** Opens a window on a new data folder. Whoever opens it closes it. */
export async function openWindow(): Promise<Window> {
  if (!existsSync(PROGRAM)) {
    throw new Error('The program is not built: npm run build')
  }
  const data = temporaryFolder('run-data')
  const books = temporaryFolder('run-books')
  let host = await startHost(data.path)
  let browser: Browser | undefined
  try {
    browser = await launchChromium()
  } catch (error) {
    await endHost(host, 'SIGKILL')
    throw error
  }
  const opened = browser
  const context = await opened.newContext({ viewport: { width: 1280, height: 720 } })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  await slowSocket(page)
  await page.goto(host.link)
  let count = 0

  async function request<N extends RequestName>(
    name: N,
    params: RequestParams<N>,
  ): Promise<RequestResult<N>>
  async function request(name: RequestName, params: unknown): Promise<unknown> {
    // A socket of the test's own, opened by the page: it has the page's cookie and origin.
    const answer = await page.evaluate(
      async ([method, given]) =>
        await new Promise<unknown>((resolve, reject) => {
          const socket = new WebSocket(`ws://${window.location.host}/socket`)
          socket.addEventListener('open', () =>
            socket.send(JSON.stringify({ id: 1, method, params: given })),
          )
          socket.addEventListener('error', () => reject(new Error('The socket failed.')))
          socket.addEventListener('message', (event) => {
            const frame: unknown = JSON.parse(String(event.data))
            if (typeof frame !== 'object' || frame === null || !('id' in frame)) return
            socket.close()
            if ('result' in frame) resolve(frame.result)
            else reject(new Error(JSON.stringify(frame)))
          })
        }),
      [name, params] as const,
    )
    return requests[name].result.parse(answer)
  }

  return {
    page,
    context,
    request,
    start: async (source, options = {}) => {
      count += 1
      const path = join(books.path, `book-${count}.md`)
      writeFileSync(path, source)
      await request('library.add', { path })
      const { sha256 } = await request('library.read', { path })
      const { run } = await request('runs.start', {
        path,
        sha256,
        mode: options.mode ?? 'live',
        inputs: options.inputs ?? {},
        commander: 'Ann',
        acceptContent: true,
        ...(options.severity === undefined ? {} : { severity: options.severity }),
        ...(options.environment === undefined ? {} : { environment: options.environment }),
      })
      await page.evaluate((id) => {
        window.location.hash = `#/runs/${id}`
      }, run)
      await page.locator(`[data-run="${run}"]`).waitFor()
      return { run, path }
    },
    events: async (run) => await request('runs.events', { run, after: 0, limit: 5000 }),
    killAndRestart: async () => {
      await endHost(host, 'SIGKILL')
      host = await startHost(data.path)
      const { hash } = new URL(page.url())
      await page.goto(host.link)
      await page.evaluate((before) => {
        window.location.hash = before
      }, hash)
    },
    kill: () => endHost(host, 'SIGKILL'),
    openSecond: async () => {
      const second = await startHost(data.path)
      const other = await opened.newContext({ viewport: { width: 1280, height: 720 } })
      const secondPage = await other.newPage()
      await secondPage.goto(second.link)
      return {
        page: secondPage,
        close: async () => {
          await other.close()
          await endHost(second, 'SIGTERM')
        },
      }
    },
    close: async () => {
      await opened.close()
      await endHost(host, 'SIGTERM')
      data.remove()
      books.remove()
    },
  }
}

/** The text of the step in the middle of the screen. */
export async function stepText(page: Page): Promise<string> {
  return (await page.locator('[data-region="step"]').textContent()) ?? ''
}

/**
 * Waits until the one primary action is called `label` and everything sent is answered: an event can come before the
 * answer to its command, and until then a panel that asked still has the keys.
 */
export async function nextIs(page: Page, label: string | RegExp): Promise<void> {
  await page
    .locator('[data-run]:not([data-sending]) [data-primary]')
    .filter({ hasText: label })
    .waitFor()
}

/** Waits for the panel that asks why, gives the reason by keyboard, and waits until it is taken. */
export async function giveReason(page: Page, reason: string): Promise<void> {
  // Until the engine has asked for it, letters are commands.
  await page.locator('[data-panel] :is(input, textarea):focus').waitFor()
  await page.keyboard.type(reason)
  await page.keyboard.press('Enter')
  await settled(page)
}

/** Waits until everything that the window has sent is answered. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[data-run]:not([data-sending])').waitFor()
}

/** Waits until the window shows all events of the log so far, and everything sent is answered. */
export async function followed(page: Page, events: number): Promise<void> {
  await page.waitForFunction((least) => {
    const { events: shown, sending } =
      document.querySelector<HTMLElement>('[data-run]')?.dataset ?? {}
    return Number(shown) >= least && sending === undefined
  }, events)
}
