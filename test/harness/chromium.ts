import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'

/** Debian's Chromium, driven by playwright-core. No network but loopback is touched. */

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

function executable(): string {
  const found = process.env['MUSTER_CHROMIUM'] ?? CANDIDATES.find((path) => existsSync(path))
  if (found === undefined)
    throw new Error('No Chromium was found. Install it, or name it in MUSTER_CHROMIUM.')
  return found
}

const FLAGS = [
  // As root Chromium has no sandbox; tests open only pages of the program itself.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: FLAGS })
}

/** One that keeps a profile, for what has to be reached over its debugging port. */
export function launchPersistentChromium(
  profile: string,
  flags: readonly string[],
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    args: [...FLAGS, ...flags],
    viewport: { width: 1280, height: 720 },
  })
}
