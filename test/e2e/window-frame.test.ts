import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { focused, openLibraryWindow, type LibraryWindow } from './window-support.ts'

let library: LibraryWindow
let run: string
beforeAll(async () => {
  library = await openLibraryWindow()
  run = await library.startRun({ declaredAt: Date.now() - 61 * 60_000 })
})
afterAll(async () => {
  await library?.close()
})

const SCREENS = [
  { name: 'library', address: '#/library', ready: 'Unfold all steps' },
  { name: 'start', address: 'start', ready: 'What it would execute' },
  { name: 'runs', address: '#/runs', ready: 'Going on' },
  { name: 'verify', address: '#/verify', ready: 'A run on this laptop' },
  { name: 'evidence', address: 'evidence', ready: 'Read this to someone' },
  { name: 'settings', address: '#/settings', ready: 'How long runs are kept' },
] as const

async function show(screen: (typeof SCREENS)[number]): Promise<void> {
  await library.show(
    screen.address === 'start'
      ? `#/start/${encodeURIComponent(library.book('orders/fail-over.md'))}`
      : screen.address === 'evidence'
        ? `#/evidence/${run}`
        : screen.address,
  )
  await library.window.page.getByRole('main').getByText(screen.ready).first().waitFor()
}

describe('every screen', () => {
  test('what is not accessible is found: a picture without words, a name that is pale', async () => {
    const { page } = library.window
    await page.evaluate(() => {
      const planted = document.createElement('div')
      planted.id = 'planted'
      planted.style.cssText = 'position: fixed; inset: 40%; color: #777; background: #888'
      planted.innerHTML = '<p>words that are too pale to be read</p><img src="data:,">'
      document.querySelector('main')?.append(planted)
    })
    const found = async (colours: boolean): Promise<readonly string[]> =>
      (await accessibilityProblems(page, { within: '#planted', colours })).map((problem) =>
        problem.replace(/:.*/su, ''),
      )
    expect((await found(false)).toSorted()).toEqual(['color-contrast', 'image-alt'])
    expect(await found(true)).toEqual(['color-contrast'])
    await page.evaluate(() => document.querySelector('#planted')?.remove())
  })

  for (const theme of ['dark', 'light'] as const) {
    test.each(SCREENS)(`is accessible in the ${theme} theme: $name`, async (screen) => {
      const { page } = library.window
      await library.window.request('settings.set', { theme })
      await page.locator(`html[data-theme="${theme}"]`).waitFor()
      await show(screen)
      expect(await accessibilityProblems(page, { colours: theme === 'light' })).toEqual([])
    })
  }

  const SIZES = [
    { width: 1280, height: 720, scale: 100 },
    { width: 1920, height: 1080, scale: 100 },
    { width: 1280, height: 720, scale: 125 },
  ]
  test.each(SIZES)('cuts nothing at $width x $height and $scale %', async (size) => {
    const { page } = library.window
    await page.setViewportSize(size)
    await library.window.request('settings.set', { scale: size.scale })
    await page.waitForFunction(
      (scale) => document.documentElement.style.getPropertyValue('--scale') === String(scale),
      size.scale / 100,
    )
    for (const screen of SCREENS) {
      await show(screen)
      const cut = await page.evaluate(() => {
        const { clientWidth, clientHeight } = document.documentElement
        return [...document.querySelectorAll('button, a, input, select, h1, [role="timer"]')]
          .filter((element) => {
            const box = element.getBoundingClientRect()
            if (box.width === 0 || element.matches('[class*="skip"]')) return false
            const sideways = box.left < 0 || box.right > clientWidth + 1
            // Below the fold is fine inside of something that scrolls.
            let scrolls = false
            for (let at = element.parentElement; at !== null; at = at.parentElement) {
              scrolls ||= /auto|scroll/u.test(getComputedStyle(at).overflowY)
            }
            return sideways || (!scrolls && box.bottom > clientHeight + 1)
          })
          .map((element) => element.outerHTML.slice(0, 120))
      })
      expect(cut, screen.name).toEqual([])
    }
    await library.window.request('settings.set', { scale: 100 })
  })
})

describe('the frame', () => {
  test('the clock of a run counts from the declaration, on every other screen', async () => {
    const { page } = library.window
    for (const screen of SCREENS) {
      await show(screen)
      await page
        .getByRole('timer')
        .getByText(/^1:\d\d:\d\d$/u)
        .waitFor()
    }
    await library.show(`#/runs/${run}`)
    await page.locator(`[data-run="${run}"]`).waitFor()
    expect(await page.getByRole('region', { name: /^Going on/u }).count()).toBe(0)
  })

  test('the palette reaches screens, runbooks and runs, by keyboard, and gives the focus back', async () => {
    const { page } = library.window
    await library.show('#/library')
    const search = page.getByLabel('Search runbooks')
    await search.focus()
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog', { name: 'Do or find anything' })
    await palette.getByRole('option', { name: /Orders: fail over/u }).waitFor()
    expect(await palette.getByRole('option').first().textContent()).toContain('Going on')
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    expect(await focused(library.window)).toContain('Search runbooks')

    await page.keyboard.press('Control+k')
    await page.keyboard.type('sett')
    await palette.getByRole('option', { selected: true }).getByText('Settings').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()

    await page.keyboard.press('Control+k')
    await page.keyboard.type('orders fail')
    await palette.getByRole('option', { selected: true }).getByText('Orders: fail over').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What it would execute' }).waitFor()
  })

  test('the keys are listed, and letters typed into a field stay letters', async () => {
    const { page } = library.window
    await library.show('#/library')
    await page.getByLabel('Search runbooks').fill('')
    await page.getByLabel('Search runbooks').press('g')
    await page.keyboard.press('s')
    await page.keyboard.press('?')
    expect(await page.getByLabel('Search runbooks').inputValue()).toBe('gs?')
    await page.getByLabel('Search runbooks').fill('')
    await page.getByRole('main').focus()
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog', { name: 'Keys' })
    await keys.getByText('The run that is going on').waitFor()
    // The dialog stands below the band: the clock stays in sight.
    const clock = await page.getByRole('timer').boundingBox()
    const box = await keys.boundingBox()
    expect((clock?.y ?? 0) + (clock?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0)
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'detached' })
  })

  test('the first stop of the Tab key skips to the content', async () => {
    const { page } = library.window
    await page.reload()
    await page.getByRole('listbox').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(library.window)).toContain('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await focused(library.window)).toContain('main: Library')
  })

  test('settings take effect at once, and are kept', async () => {
    const { page } = library.window
    await library.show('#/settings')
    await page.getByRole('radio', { name: 'Dark' }).check()
    await page.locator('html[data-theme="dark"]').waitFor()
    await page.getByLabel('Text size', { exact: true }).selectOption('125')
    await page.getByLabel('Your name').fill('Bo')
    await page.getByLabel('Your name').blur()
    await page.reload()
    await page.locator('html[data-theme="dark"]').waitFor()
    await page.waitForFunction(
      () => document.documentElement.style.getPropertyValue('--scale') === '1.25',
    )
    expect(await page.getByLabel('Your name').inputValue()).toBe('Bo')
    await page.getByLabel('Text size', { exact: true }).selectOption('100')
  })

  test('a lost engine is said, and the window goes on when it is back', async () => {
    const { page } = library.window
    await library.show('#/library')
    await library.window.killAndRestart()
    await page.getByRole('option', { name: /Orders: fail over/u }).waitFor()
    // The run that was going on is interrupted now: it counts no clock as if it went on.
    expect(await page.getByRole('timer').count()).toBe(0)
  })
})

describe('several runs that go on', () => {
  let going: string
  beforeAll(async () => {
    for (let count = 0; count < 4; count++) going = await library.startRun()
  })

  test.each([
    { width: 1280, height: 720 },
    { width: 1920, height: 1080 },
  ])('keep their clocks in sight beside every dialog at $width x $height', async (size) => {
    const { page } = library.window
    await page.setViewportSize(size)
    const belowTheClocks = async (name: string, what: string): Promise<void> => {
      const box = await page.getByRole('dialog', { name }).boundingBox()
      const edges = await page
        .locator(what)
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom))
      expect(edges.length).toBeGreaterThan(0)
      expect(Math.max(...edges)).toBeLessThanOrEqual(box?.y ?? 0)
      expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(size.height)
    }
    await library.show('#/library')
    await page.getByRole('timer').nth(3).waitFor()
    const clocks = await page.getByRole('timer').count()
    await page.getByRole('main').focus()
    await page.keyboard.press('?')
    await belowTheClocks('Keys', '[role="timer"]')
    // Also when one begins meanwhile.
    await library.startRun()
    await page.getByRole('timer').nth(clocks).waitFor()
    await expect
      .poll(() =>
        belowTheClocks('Keys', '[role="timer"]').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await belowTheClocks('Do or find anything', '[role="timer"]')
    await page.keyboard.press('Escape')

    // From the palette the same dialog opens on the run screen, whose band is below the other runs.
    await library.show(`#/runs/${going}`)
    await page.locator('[data-region="band"]').waitFor()
    await page.getByRole('timer').nth(2).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('show the keys')
    await page.getByRole('option', { selected: true }).getByText('Show the keys').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await belowTheClocks('Keys', '[data-region="band"]')
    await page.keyboard.press('Escape')

    // The run's own list of keys stands in the page: below the band, which keeps its place and its height.
    const before = await page.locator('[data-region="band"]').boundingBox()
    await page.keyboard.press('?')
    const panel = page.getByRole('region', { name: 'Keys' })
    await panel.waitFor()
    expect(await page.locator('[data-region="band"]').boundingBox()).toEqual(before)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })
})
