import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The project itself: layout, imports, checks that check, packaging. The same on every system, so CI runs it on one. */
export default defineConfig({
  root,
  test: {
    include: ['test/structure/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
