import type { Page } from 'playwright-core'

/**
 * With `E2E_LATENCY=300`, everything the engine says reaches the window up to 300 ms late, each message by another
 * time and all in order. A test that presses a key before the window has what it needs then fails every time instead
 * of once a week: run a new test with it before it is committed.
 */
export async function slowSocket(page: Page): Promise<void> {
  const most = Number(process.env['E2E_LATENCY'] ?? 0)
  if (most === 0) return
  await page.routeWebSocket(/\/socket$/u, (window) => {
    const engine = window.connectToServer()
    let last = 0
    let seed = 1
    engine.onMessage((message) => {
      // Park and Miller's generator: the same delays each time.
      seed = (seed * 48_271) % 2_147_483_647
      last = Math.max(Date.now() + (seed / 2_147_483_647) * most, last)
      setTimeout(() => window.send(message), last - Date.now())
    })
  })
}
