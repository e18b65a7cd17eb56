import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { giveReason, nextIs, openWindow, stepText, type Window } from './run-support.ts'

function book(body: string): string {
  return `---
runbook: 1
title: Outcomes
kind: maintenance
system: test
targets: { laptop: local }
---
# Outcomes

## Work

${body}
`
}

function command(code: string, verb = 'run'): string {
  return `### Do it\n\n\`\`\`bash ${verb} on=laptop\n${code}\n\`\`\`\n\n### After\n\nWords.\n`
}

describe('outcomes of commands', () => {
  let window: Window
  let folder: TemporaryFolder
  beforeAll(async () => {
    window = await openWindow()
    folder = temporaryFolder('run-outcomes')
  })
  afterAll(async () => {
    await window.close()
    folder.remove()
  })

  test('a failing command shows what was wanted and seen, and can be run again', async () => {
    const { page } = window
    const marker = join(folder.path, 'fixed')
    await window.start(book(command(`echo "disk is full" >&2; test -e ${marker}`)))
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await nextIs(page, 'Run again')
    const text = await stepText(page)
    expect(text).toContain('Failed: it exited with code 1')
    expect(text).toContain('exit 0')
    await page.locator('[data-region="step"]').getByText('disk is full', { exact: true }).waitFor()
    await page
      .locator('[data-announce="assertive"]')
      .getByText(/The command of “Do it” failed/)
      .waitFor({ state: 'attached' })
    writeFileSync(marker, '')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'After' }).waitFor()
    rmSync(marker)
  })

  test('an edited command shows the difference, wants a reason, and runs exactly as edited', async () => {
    const { page } = window
    const { run } = await window.start(book(command('exit 3')))
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('e')
    await page.getByLabel(/Text to run instead/).fill('echo instead')
    const difference = page.getByLabel('Difference from the runbook')
    expect(await difference.textContent()).toBe('- exit 3\n+ echo instead\n')
    await page.getByLabel(/Why is it changed/).fill('the runbook is wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'After' }).waitFor()
    const started = (await window.events(run)).find((event) => event.type === 'block.started')
    expect(started?.data).toMatchObject({
      text: 'echo instead',
      edited: { reason: 'the runbook is wrong' },
    })
  })

  test('the ladder stops a command that will not listen, rung by rung', async () => {
    const { page } = window
    const ready = join(folder.path, 'ready')
    const { run } = await window.start(
      book(command(`trap "" INT TERM; touch ${ready}; while :; do sleep 0.1; done`)),
    )
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await nextIs(page, 'Stop')
    // An interrupt before it has stopped listening would end it.
    await expect.poll(() => existsSync(ready)).toBe(true)
    await page.keyboard.press('s')
    const ladder = page.getByRole('region', { name: /^Stop the run on laptop/ })
    await ladder.waitFor()
    await page.keyboard.press('1')
    await ladder.getByRole('listitem').filter({ hasText: 'Tried.' }).first().waitFor()
    // The next rung has the focus by itself.
    await ladder.getByRole('button', { name: 'Terminate' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await ladder.getByRole('button', { name: 'Kill' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('3')
    await nextIs(page, 'Settle the unknown outcome')
    const events = await window.events(run)
    expect(
      events.flatMap((event) => (event.type === 'block.stopping' ? [event.data.rung] : [])),
    ).toEqual(['interrupt', 'terminate', 'kill'])
    // Stopped is not failed: it may have done its work.
    expect(await stepText(page)).toContain('whether it took effect is not known')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Nobody knows how this ended' }).waitFor()
    await page.keyboard.press('4')
    await giveReason(page, 'it never listened')
    await page.locator('[data-status="gave-up"]').waitFor()
  })

  test('after SIGKILL the block is unknown, said first, and run again only by a person with a reason', async () => {
    const { page } = window
    const log = join(folder.path, 'runs')
    const { run } = await window.start(book(command(`echo started >> ${log}; sleep 60`)))
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await nextIs(page, 'Stop')
    await expect.poll(() => existsSync(log)).toBe(true)

    await window.killAndRestart()
    const notice = page.getByRole('region', { name: 'Interrupted run' })
    await notice.getByText('This run was interrupted').waitFor()
    // Only looked at, nothing is done.
    expect(await page.locator('[data-primary]').count()).toBe(0)
    await notice.getByRole('button', { name: 'Go on with this run here' }).click()
    await page
      .getByRole('region', { name: 'Unknown outcomes' })
      .getByText('the command of “Do it”')
      .waitFor()
    await nextIs(page, 'Settle the unknown outcome')
    expect(
      (await window.events(run)).filter((event) => event.type === 'block.started'),
    ).toHaveLength(1)

    await page.keyboard.press('u')
    const panel = page.getByRole('region', { name: 'Nobody knows how this ended' })
    await panel.getByText('sleep 60').waitFor()
    await panel.getByText('started by Ann').waitFor()
    await page.keyboard.press('3')
    await giveReason(page, 'the log says that it was done')
    await page.getByRole('heading', { name: 'After' }).waitFor()
    expect(await page.getByRole('region', { name: 'Unknown outcomes' }).count()).toBe(0)
    const resolved = (await window.events(run)).find((event) => event.type === 'block.resolved')
    expect(resolved).toMatchObject({
      actor: 'Ann',
      data: { as: 'done', reason: 'the log says that it was done' },
    })
    expect(readFileSync(log, 'utf8')).toBe('started\n')
  })

  test('a secret is never recorded, so after a crash it is asked for again', async () => {
    const { page } = window
    const source = book(command('test ${#TOKEN} -eq 7')).replace(
      'targets:',
      'inputs: { TOKEN: { label: Token, required: true, secret: true } }\ntargets:',
    )
    const { run } = await window.start(source, { inputs: { TOKEN: 'hunter2' } })
    await nextIs(page, 'Begin the step')
    await window.killAndRestart()
    await page.getByRole('button', { name: 'Go on with this run here' }).click()
    const form = page.getByRole('form', { name: 'Secret inputs' })
    await form.getByLabel('TOKEN').fill('hunter2')
    await page.keyboard.press('Enter')
    await form.waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'After' }).waitFor()
    expect(JSON.stringify(await window.events(run))).not.toContain('hunter2')
  })

  test('hostile output changes nothing but the screen it is on', async () => {
    const { page, context } = window
    const title = await page.title()
    await window.start(
      book(
        command(
          String.raw`printf '\033]0;owned\007\033]52;c;b3duZWQ=\007\033]8;;https://evil.example\033\\link\033]8;;\033\\ \xff\xfe end\n'`,
        ),
      ),
    )
    await page.evaluate(() => navigator.clipboard.writeText('untouched'))
    await page.keyboard.press('Enter')
    await nextIs(page, /^Run$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'After' }).waitFor()
    await page.keyboard.press('k')
    await page
      .locator('[data-region="step"]')
      .getByText(/^link .* end$/)
      .waitFor()
    expect(await page.title()).toBe(title)
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('untouched')
    expect(context.pages()).toHaveLength(1)
  })

  test('a terminal takes keys, keeps Tab to itself, lets F6 out, and asks before it pastes lines', async () => {
    const { page } = window
    const { run } = await window.start(book(command('true')))
    await nextIs(page, 'Begin the step')
    const touched = join(folder.path, 'typed')
    await page.keyboard.press('Shift+T')
    await page.locator('.xterm-helper-textarea').waitFor()
    await page.waitForFunction(() => document.activeElement?.closest('.xterm') !== null)
    await page.keyboard.type(`touch ${touched}\n`)
    await expect.poll(() => existsSync(touched)).toBe(true)

    const pasted = join(folder.path, 'pasted')
    await page.evaluate(
      (text) => navigator.clipboard.writeText(text),
      `touch ${pasted}-1\ntouch ${pasted}-2\n`,
    )
    await page.keyboard.press('Control+Shift+V')
    const question = page.getByRole('alertdialog', { name: 'Paste 2 lines' })
    await question.waitFor()
    // Enter does not paste: a hand that is already typing must not confirm.
    await page.keyboard.press('Enter')
    await question.waitFor({ state: 'detached' })
    expect(existsSync(`${pasted}-1`)).toBe(false)
    await page.keyboard.press('Control+Shift+V')
    await question.getByRole('button', { name: 'Paste 2 lines' }).click()
    await page.keyboard.press('Enter')
    await expect.poll(() => existsSync(`${pasted}-2`)).toBe(true)

    await page.keyboard.press('F6')
    expect(await page.evaluate(() => document.activeElement?.closest('.xterm') ?? null)).toBe(null)
    await page.getByRole('button', { name: 'Close Terminal on laptop' }).click()
    await expect
      .poll(async () =>
        (await window.events(run)).some((event) => event.type === 'terminal.closed'),
      )
      .toBe(true)
  })
})
