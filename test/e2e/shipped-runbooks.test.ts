import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Runbook } from '../../main/core/runbook/model.ts'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { followed, openWindow, type Window } from './run-support.ts'

/** Every runbook that comes with Muster, from its first step to its end: through the window and through the command. */

const FOLDER = join(projectRoot, 'runbooks')
const SHIPPED = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && name.includes('/'))
  .toSorted()

/** Values for required inputs, by name; a runbook with a new one adds it here. */
const INPUTS: Readonly<Record<string, string>> = { RELEASE: '2026.1', VERSION: 'v1.4.0' }

function read(name: string): Runbook {
  const { runbook, diagnostics } = parseRunbook(readFileSync(join(FOLDER, name), 'utf8'), { name })
  expect(diagnostics, name).toEqual([])
  return runbook
}

function required(runbook: Runbook): readonly (readonly [string, string])[] {
  return runbook.inputs
    .filter((input) => input.required)
    .map(({ name }) => {
      const value = INPUTS[name]
      if (value === undefined) throw new Error(`No value for the input ${name}.`)
      return [name, value] as const
    })
}

describe('through the command', () => {
  const folder = temporaryFolder('shipped-cli')
  afterAll(() => folder.remove())

  function muster(...words: readonly string[]): {
    readonly status: number | null
    readonly stdout: string
    readonly stderr: string
  } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(projectRoot, 'out', 'main', 'cli.js'), ...words, '--data', join(folder.path, 'data')],
      { encoding: 'utf8' },
    )
    return { status, stdout, stderr }
  }

  it.each(SHIPPED)('%s', (name) => {
    const runbook = read(name)
    const answers = join(folder.path, 'answers.yaml')
    const decide = Object.fromEntries(
      runbook.steps.flatMap(({ id, decide: decision }) =>
        decision?.options[0] ? [[id, decision.options[0].id]] : [],
      ),
    )
    writeFileSync(answers, JSON.stringify({ confirm: 'all', decide }))
    const inputs = required(runbook).flatMap(([input, value]) => ['--input', `${input}=${value}`])
    const ran = muster(
      'run',
      join(FOLDER, name),
      '--answers',
      answers,
      '--commander',
      'Ada',
      '--trust',
      ...inputs,
    )
    expect(ran, `${ran.stdout}${ran.stderr}`).toMatchObject({ status: 0 })
    const shown = z
      .object({
        status: z.string(),
        steps: z.array(z.object({ id: z.string(), state: z.string() })),
        runbook: z.object({ sha256: z.string() }),
      })
      .parse(JSON.parse(muster('show', 'last', '--json').stdout))
    expect(shown.status).toBe('finished')
    expect(shown.steps.filter(({ state }) => state !== 'done' && state !== 'not-needed')).toEqual(
      [],
    )
    expect(muster('verify', 'last')).toMatchObject({ status: 0 })
  })
})

describe('through the window', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(async () => {
    await window.close()
  })

  async function startFromLibrary(name: string, runbook: Runbook): Promise<string> {
    const { page } = window
    await page.evaluate(() => {
      globalThis.location.hash = '#/library'
    })
    await page.getByRole('searchbox', { name: /Search runbooks/u }).fill(runbook.title)
    await page.getByText(runbook.title, { exact: true }).first().click()
    await page.getByRole('button', { name: /Start…/u }).click()
    for (const [input, value] of required(runbook)) {
      const label = runbook.inputs.find((declared) => declared.name === input)?.label ?? input
      await page.getByLabel(label, { exact: false }).fill(value)
    }
    await page.getByLabel('Commander').fill('Ada')
    await page.getByRole('checkbox', { name: /I have read/u }).check()
    await page.getByRole('button', { name: 'Start live run' }).click()
    const run = await until(
      `${name} starts`,
      () => /#\/runs\/(?<run>[\w-]+)/u.exec(page.url())?.groups?.['run'],
    )
    await page.locator(`[data-run="${run}"]`).waitFor()
    return run
  }

  /** Does whatever is next, by keyboard alone, until the run is over. */
  async function goThrough(run: string): Promise<void> {
    const { page } = window
    for (let turns = 0; turns < 200; turns++) {
      const before = (await window.events(run)).length
      const label = (await page.locator('[data-primary]').first().textContent()) ?? ''
      await page.keyboard.press('Enter')
      if (label.includes('Decide')) {
        await page.getByRole('radio').first().waitFor()
        await page.keyboard.press('Space')
        await page.getByLabel('Reason').focus()
        await page.getByLabel(/Objections/u).focus()
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
      }
      if (label.includes('Finish')) {
        await page.getByRole('region', { name: 'End the run' }).waitFor()
        await page.keyboard.press('1')
        await page.getByRole('region', { name: 'Result' }).waitFor()
        return
      }
      await until(`something happens after “${label}”`, async () => {
        const events = await window.events(run)
        const last = events.at(-1)?.type
        return events.length > before && last !== 'block.started'
      })
      await followed(page, (await window.events(run)).length)
    }
    throw new Error('The run does not come to an end.')
  }

  it.each(SHIPPED)('%s', async (name) => {
    const runbook = read(name)
    const run = await startFromLibrary(name, runbook)
    await goThrough(run)
    const events = await window.events(run)
    expect(events.at(-1)?.type).toBe('run.finished')
    expect(
      events
        .filter(({ type }) => type === 'block.finished')
        .every((event) => event.type === 'block.finished' && event.data.passed),
    ).toBe(true)
    const verified = await window.request('runs.verify', { run })
    expect(verified.problems).toEqual([])
  })
})
