import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { launchShimBrowser, type ShimBrowser } from '../harness/electron-shim/launch.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/** The real bundles of Electron's main process, preload, engine and window, over the shim. */

const folder = temporaryFolder('electron')
let browser: ShimBrowser

beforeAll(async () => {
  browser = await launchShimBrowser(folder.path)
})
afterAll(async () => {
  await browser.close()
  folder.remove()
})

const recordSchema = z.array(z.object({ kind: z.string(), detail: z.unknown() }))
const forkSchema = z.object({ pid: z.int() })

/** Starts a run of a shipped runbook, and waits until its first step can be begun. */
async function startRun(page: Page): Promise<void> {
  await page.getByText('Is this laptop ready for an incident?').first().click()
  await page.getByRole('button', { name: 'Start…' }).click()
  await page.getByLabel('Commander').fill('Ada')
  await page.getByRole('checkbox', { name: /I have read/u }).check()
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page
    .getByRole('button', { name: /Begin|Enter/u })
    .first()
    .waitFor()
}

describe('the window', () => {
  it('paints the library, over a preload that gives it frames, places of files that a person dropped or chose, and nothing else', async () => {
    const main = await browser.start(join(folder.path, 'paint'))
    const page = await main.page()
    await page.getByText('Is this laptop ready for an incident?').first().waitFor()
    const seen = await page.evaluate(() => ({
      bridge: Object.keys(Reflect.get(window, 'muster') ?? {}).toSorted(),
      frozen: Object.isFrozen(Reflect.get(window, 'muster')),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }))
    expect(seen).toEqual({
      bridge: ['chooseFile', 'onFrame', 'onState', 'pathOf', 'send'],
      frozen: true,
      node: [],
    })
    expect(await main.quit()).toBe(0)
  })

  it('is locked down: preferences, navigation, popups, permissions, foreign senders, policy', async () => {
    const main = await browser.start(join(folder.path, 'security'))
    const page = await main.page()
    await page.getByText('Library').first().waitFor()
    const record = recordSchema.parse(await main.ask({ kind: 'record' }))
    expect(record.find(({ kind }) => kind === 'window')?.detail).toEqual({
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    })
    expect(await main.ask({ kind: 'navigate', url: 'https://example.org/' })).toBe(true)
    expect(await main.ask({ kind: 'webview' })).toBe(true)
    expect(await main.ask({ kind: 'open', url: 'https://example.org/' })).toBe('deny')
    expect(await main.ask({ kind: 'open', url: 'file:///etc/passwd' })).toBe('deny')
    const outside = recordSchema
      .parse(await main.ask({ kind: 'record' }))
      .filter(({ kind }) => kind === 'open-external')
    expect(outside).toEqual([{ kind: 'open-external', detail: 'https://example.org/' }])
    expect(await main.ask({ kind: 'permission', name: 'media' })).toEqual({
      request: false,
      check: false,
      device: false,
    })
    expect(await main.ask({ kind: 'permission', name: 'clipboard-sanitized-write' })).toMatchObject(
      { request: true },
    )
    expect(await main.ask({ kind: 'foreign-connect', url: 'https://example.org/' })).toBe(0)
    expect(await main.ask({ kind: 'foreign-connect', url: 'muster://app/', parent: {} })).toBe(0)
    expect(await main.ask({ kind: 'foreign-choose', url: 'https://example.org/' })).toBe(null)
    const policy = await page.evaluate(async () =>
      (await fetch('/')).headers.get('content-security-policy'),
    )
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    // The policy really applies: an inline script does not run.
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.planted = true'
      document.body.append(script)
      return 'planted' in window
    })
    expect(ran).toBe(false)
    await main.quit()
  })

  it('is one instance: a second start shows the first', async () => {
    const data = join(folder.path, 'single')
    const main = await browser.start(data)
    await (await main.page()).getByText('Library').first().waitFor()
    const second = await browser.start(data)
    await until('the second instance ends', () => second.process.exitCode !== null)
    const record = await until('the first is focused', async () => {
      const seen = recordSchema.parse(await main.ask({ kind: 'record' }))
      return seen.some(({ kind }) => kind === 'focus') && seen
    })
    expect(record.filter(({ kind }) => kind === 'window')).toHaveLength(1)
    await main.quit()
  })
})

describe('a file of this laptop', () => {
  it('dropped on the window is opened where it lies', async () => {
    const path = join(folder.path, 'dropped.md')
    writeFileSync(path, '# Dropped here\n\n## Look\n\n- [ ] Look around\n')
    const main = await browser.start(join(folder.path, 'drop'))
    const page = await main.page()
    const transfer = await page.evaluateHandle((name) => {
      const files = new DataTransfer()
      files.items.add(new File(['# Dropped here'], name))
      return files
    }, encodeURIComponent(path))
    await page
      .locator('form')
      .filter({ has: page.getByLabel('Path of a Markdown file') })
      .dispatchEvent('drop', { dataTransfer: transfer })
    await page.getByRole('heading', { name: 'Dropped here' }).first().waitFor()
    await main.quit()
  })

  it('is written where the person chose in a dialog, over one of which it has asked; cancelled, nothing changes', async () => {
    const path = join(folder.path, 'chosen.html')
    writeFileSync(path, 'an older one')
    const main = await browser.start(join(folder.path, 'save'), { savePath: path })
    const page = await main.page()
    await startRun(page)
    await page.evaluate(() => {
      const [run] = /[^/]+$/u.exec(window.location.hash) ?? ['']
      window.location.hash = `#/reports/${run}/post-mortem`
    })
    await page.getByRole('button', { name: /^Export/u }).click()
    const panel = page.getByRole('region', { name: 'Export' })
    await panel.getByRole('button', { name: 'Choose…' }).click()
    await until(
      'the place is taken over',
      async () => (await panel.getByLabel('File').inputValue()) === path,
    )
    await panel.getByRole('button', { name: 'Write the file' }).click()
    await panel.locator('[data-written]').getByText(path).waitFor()
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/iu)
    const asked = recordSchema
      .parse(await main.ask({ kind: 'record' }))
      .filter(({ kind }) => kind === 'save-dialog')
    expect(asked).toMatchObject([
      {
        detail: {
          defaultPath: expect.stringMatching(/-post-mortem\.html$/u),
          filters: [{ name: 'HTML', extensions: ['html'] }],
        },
      },
    ])
    await main.quit()
    const cancelling = await browser.start(join(folder.path, 'save'))
    const again = await cancelling.page()
    await again.getByText('Library').first().waitFor()
    const answer = await again.evaluate(async () => {
      const bridge: unknown = Reflect.get(window, 'muster')
      if (typeof bridge !== 'object' || bridge === null || !('chooseFile' in bridge)) return 'none'
      const choose = bridge.chooseFile
      const chosen: unknown = typeof choose === 'function' ? await choose('a.html') : 'none'
      return chosen ?? 'cancelled'
    })
    expect(answer).toBe('cancelled')
    await cancelling.quit()
  })
})

describe('the keychain', () => {
  it('keeps what is typed in the window, encrypted by the operating system', async () => {
    const data = join(folder.path, 'keychain')
    const main = await browser.start(data)
    const page = await main.page()
    await page.getByText('Library').first().waitFor()
    await page.evaluate(() => {
      window.location.hash = '#/connections'
    })
    await page.getByLabel('Keep a secret in the keychain').fill('orders')
    await page.getByLabel('The secret').fill('hunter2-secret')
    await page.getByRole('button', { name: 'Store it' }).click()
    await page.getByText('“orders” is in the keychain.').waitFor()
    const kept = readFileSync(join(data, 'keychain.json'), 'utf8')
    expect(kept).toContain('"orders"')
    expect(kept).not.toContain('hunter2')
    expect(await main.quit()).toBe(0)
  })

  it('keeps nothing where the keyring is a password that everybody knows', async () => {
    process.env['MUSTER_SHIM_KEYRING'] = 'basic_text'
    try {
      const main = await browser.start(join(folder.path, 'no-keychain'))
      const page = await main.page()
      await page.getByText('Library').first().waitFor()
      await page.evaluate(() => {
        window.location.hash = '#/connections'
      })
      await page.getByText('This desktop has no keyring').waitFor()
      await main.quit()
    } finally {
      delete process.env['MUSTER_SHIM_KEYRING']
    }
  })
})

describe('the engine in its own process', () => {
  it('killed, it is said, restarted, and the run goes on', async () => {
    const main = await browser.start(join(folder.path, 'engine-killed'))
    const page = await main.page()
    await startRun(page)
    const fork = recordSchema
      .parse(await main.ask({ kind: 'record' }))
      .find(({ kind }) => kind === 'fork')
    process.kill(forkSchema.parse(fork?.detail).pid, 'SIGKILL')
    await page.getByText('engine stopped unexpectedly').waitFor()
    await until('the engine is started again', async () => {
      const again = recordSchema.parse(await main.ask({ kind: 'record' }))
      return again.filter(({ kind }) => kind === 'fork').length === 2
    })
    await page.getByText('engine stopped unexpectedly').waitFor({ state: 'detached' })
    await page
      .getByRole('button', { name: /Resume|Go on/u })
      .first()
      .click()
    await page.getByText('Running').first().waitFor()
    await main.quit()
  })

  it('after the whole program is killed, the run is there to be resumed', async () => {
    const data = join(folder.path, 'main-killed')
    const main = await browser.start(data)
    await startRun(await main.page())
    await main.kill()
    const again = await browser.start(data)
    const page = await again.page()
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByText('interrupted').first().waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('Running').first().waitFor()
    await again.quit()
  })
})
