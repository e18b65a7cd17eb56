import { fork, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import { launchPersistentChromium } from '../chromium.ts'
import { projectRoot } from '../project.ts'
import { until } from '../until.ts'

/** The real, built Electron main process over the shim, and the page that it opened. */

const answerSchema = z.object({ id: z.int(), answer: z.unknown() })

export interface ShimMain {
  readonly process: ChildProcess
  /** Asks the shim something; see `ask` in electron.mjs. */
  ask(question: Readonly<Record<string, unknown>>): Promise<unknown>
  /** The window's page. */
  page(): Promise<Page>
  /** Kills the main process as a crash would. */
  kill(): Promise<void>
  /** Quits in order. */
  quit(): Promise<number | null>
}

export interface ShimBrowser {
  readonly context: BrowserContext
  start(
    data: string,
    options?: {
      /** Which button of a question is pressed. */
      readonly dialogResponse?: number
      /** What is chosen where a file is to be saved; undefined: it is cancelled. */
      readonly savePath?: string
    },
  ): Promise<ShimMain>
  close(): Promise<void>
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

/** A Chromium that plays Electron's part. `folder` is the test's own. */
export async function launchShimBrowser(folder: string): Promise<ShimBrowser> {
  const profile = join(folder, 'profile')
  mkdirSync(profile, { recursive: true })
  const context = await launchPersistentChromium(profile, ['--remote-debugging-port=0'])
  const [port = '', path = ''] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split(
    '\n',
  )
  const running: ChildProcess[] = []

  return {
    context,
    async start(data, options = {}) {
      const known = new Set(context.pages())
      const child = fork(join(projectRoot, 'out', 'main', 'electron.js'), ['--data', data], {
        execArgv: [
          '--import',
          join(projectRoot, 'test', 'harness', 'electron-shim', 'register-main.mjs'),
        ],
        env: {
          ...process.env,
          MUSTER_SHIM: JSON.stringify({ cdp: `ws://127.0.0.1:${port}${path}`, folder, ...options }),
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      running.push(child)
      let nextId = 1
      return {
        process: child,
        ask(question) {
          const id = nextId++
          return new Promise((resolve) => {
            const listen = (message: unknown): void => {
              const parsed = answerSchema.safeParse(message)
              if (!parsed.success || parsed.data.id !== id) return
              child.off('message', listen)
              resolve(parsed.data.answer)
            }
            child.on('message', listen)
            child.send({ id, question })
          })
        },
        page: () =>
          until('the window opens a page', () =>
            context
              .pages()
              .find((page) => !known.has(page) && page.url().startsWith('https://muster-app.test')),
          ),
        async kill() {
          child.kill('SIGKILL')
          await exited(child)
        },
        async quit() {
          child.kill('SIGTERM')
          return await exited(child)
        },
      }
    },
    async close() {
      for (const child of running) child.kill('SIGKILL')
      await Promise.all(running.map(exited))
      await context.close()
    },
  }
}
