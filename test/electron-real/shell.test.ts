import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/**
 * What the shim cannot prove: native modules inside Electron, the utility process, the sandbox, the program's own scheme.
 * Runs wherever Electron's binary is; `npm test` names it as skipped elsewhere.
 */

const folder = temporaryFolder('electron-real')
const running: ElectronApplication[] = []
let binary: string

beforeAll(() => {
  const electron = join(projectRoot, 'node_modules', 'electron')
  binary = join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8').trim())
})
afterEach(async () => {
  for (const application of running.splice(0)) await application.close()
})
afterAll(() => folder.remove())

async function launch(data: string): Promise<{ application: ElectronApplication; page: Page }> {
  const application = await _electron.launch({
    executablePath: binary,
    args: [projectRoot, '--data', join(folder.path, data)],
    cwd: projectRoot,
  })
  running.push(application)
  return { application, page: await application.firstWindow() }
}

/** The process of the engine, once there is one. */
function enginePid(application: ElectronApplication): Promise<number> {
  return until('the engine has a process', () =>
    application.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Muster engine')?.pid,
    ),
  )
}

describe('the window', () => {
  it('paints the library from an engine with its native modules, over a preload that gives it these functions', async () => {
    const { page } = await launch('paint')
    await page.getByText('Is this laptop ready for an incident?').first().waitFor()
    const seen = await page.evaluate(() => ({
      address: window.location.href.split('#')[0],
      bridge: Object.keys(Reflect.get(window, 'muster') ?? {}).toSorted(),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }))
    expect(seen).toEqual({
      address: 'muster://app/',
      bridge: ['chooseFile', 'onFrame', 'onState', 'pathOf', 'send'],
      node: [],
    })
  })

  it('has a sandboxed, isolated renderer and goes nowhere', async () => {
    const { application, page } = await launch('security')
    await page.getByText('Library').first().waitFor()
    const sandboxed = await application.evaluate(({ app }) =>
      app
        .getAppMetrics()
        .filter(({ type }) => type === 'Tab')
        .map((metric) => metric.sandboxed ?? 'not reported'),
    )
    expect(sandboxed.length).toBeGreaterThan(0)
    // Linux does not report it.
    expect(sandboxed.filter((one) => one === false)).toEqual([])
    await page.evaluate(() => window.location.assign('https://example.invalid/'))
    expect(await page.evaluate(() => window.location.origin)).toBe('muster://app')
  })
})

describe('the engine in its own process', () => {
  it('killed, it is said and started again', async () => {
    const { application, page } = await launch('engine-killed')
    await page.getByText('Is this laptop ready for an incident?').first().waitFor()
    const first = await enginePid(application)
    process.kill(first, 'SIGKILL')
    await page.getByText('engine stopped unexpectedly').waitFor()
    await until('another engine runs', async () => (await enginePid(application)) !== first)
    await page.getByText('engine stopped unexpectedly').waitFor({ state: 'detached' })
    await page.getByText('Is this laptop ready for an incident?').first().waitFor()
  })
})
