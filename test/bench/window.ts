import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../harness/chromium.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark } from './measure.ts'

/**
 * From `serve` to a window with the library on it, in a Chromium that already runs, against the same Chromium showing a
 * page of one line. A context of its own each time, so that nothing is in a cache.
 */

const ROUNDS = 5
const ROW = 'Is this laptop ready for an incident?'

/** Milliseconds until the text is painted. */
async function paint(browser: Browser, address: string, text: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } })
  try {
    const page = await context.newPage()
    return await timed(async () => {
      await page.goto(address)
      await page.getByText(text).first().waitFor()
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
          }),
      )
    })
  } finally {
    await context.close()
  }
}

interface Served {
  /** A link that works once. */
  readonly link: string
  end(): Promise<void>
}

async function serve(data: string): Promise<Served> {
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'out', 'main', 'web.js'), '--no-open', '--data', data],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = once(child, 'exit')
  let output = ''
  const link = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const found = /Muster is at (\S+)/u.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`The web host ended: ${output}`)))
  })
  return {
    link,
    async end() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

export const window: Benchmark = {
  name: 'window',
  async run() {
    const folder = temporaryFolder('bench-window')
    const bare = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end('<!doctype html><title>Bare</title><p>Bare page')
    })
    await once(bare.listen(0, '127.0.0.1'), 'listening')
    const address = bare.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const browser = await launchChromium()
    try {
      return {
        comparisons: await compare({
          benchmark: 'painted window',
          unit: 'ms',
          better: 'less',
          rounds: ROUNDS,
          subjects: [
            {
              name: 'Muster, from serve',
              once: async () => {
                const startedAt = performance.now()
                const served = await serve(join(folder.path, 'data'))
                const beforePage = performance.now() - startedAt
                try {
                  return beforePage + (await paint(browser, served.link, ROW))
                } finally {
                  await served.end()
                }
              },
            },
            {
              name: 'Muster, already serving',
              once: async () => {
                const served = await serve(join(folder.path, 'data'))
                try {
                  return await paint(browser, served.link, ROW)
                } finally {
                  await served.end()
                }
              },
            },
          ],
          baselines: [
            {
              name: 'bare HTML page',
              once: () => paint(browser, `http://127.0.0.1:${port}/`, 'Bare page'),
            },
          ],
        }),
        missing: [],
      }
    } finally {
      await browser.close()
      bare.close()
      folder.remove()
    }
  },
}
