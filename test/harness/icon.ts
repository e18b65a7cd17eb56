import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from './chromium.ts'
import { projectRoot } from './project.ts'

/** Draws resources/icons/muster.svg into the PNG that installers and windows need: `node test/harness/icon.ts`. */

const SIZE = 512
const folder = join(projectRoot, 'resources', 'icons')
const browser = await launchChromium()
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } })
  const drawing = readFileSync(join(folder, 'muster.svg'), 'utf8')
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`)
  await page.screenshot({ path: join(folder, 'muster.png'), omitBackground: true })
} finally {
  await browser.close()
}
