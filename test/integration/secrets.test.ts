import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startRedis, type RedisServer } from '../harness/redis.ts'
import { fence, openBench, type Bench } from '../engine/support/engine.ts'
import { filesBelow, formsOf } from './searching.ts'

/** Secrets are planted wherever they can come in, and every byte that Muster wrote or sent is searched for them. */

const SECRET = `correct 'horse' & "battery"/9`
const INPUT = 'input-secret+value'

let redis: RedisServer
let bench: Bench
beforeAll(async () => {
  redis = await startRedis({
    config: [`requirepass ${JSON.stringify(SECRET)}`],
    cli: ['-a', SECRET, '--no-auth-warning'],
  })
  bench = openBench()
})
afterAll(async () => {
  await bench.close()
  await redis.stop()
})
afterEach(() => vi.unstubAllEnvs())

function book(): string {
  return `---
runbook: 1
title: Secrets
kind: maintenance
targets: { laptop: local, cache: { redis: cache } }
inputs: { TOKEN: { label: Token, secret: true, required: true } }
---
# Secrets

## Phase

### One

\`\`\`yaml step
id: one
on: laptop
\`\`\`
${fence('redis run on=cache', 'SET token {{TOKEN}}\nECHO {{TOKEN}}\nCONFIG GET requirepass')}${fence(
    'bash run capture=SEEN',
    `printf '%s\\n' "$TOKEN" "$CACHE_PASSWORD"; printf '%s' "$CACHE_PASSWORD" | base64; printf 'user:%s' "$TOKEN" | base64
printf '%s' "$CACHE_PASSWORD" | od -An -tx1 | tr -d ' \\n'; echo; echo "$CACHE_PASSWORD" >&2
echo "$CACHE_PASSWORD"`,
  )}
\`\`\`text expect match=contains
${SECRET.slice(0, 4)}
\`\`\`
`
}

test('no byte of the data folder and nothing a window is told has a secret in it', async () => {
  vi.stubEnv('CACHE_PASSWORD', SECRET)
  writeFileSync(
    join(bench.data, 'connections.yaml'),
    `connections: 1\nenvironments: { staging: { profiles: { cache: { redis: "redis://127.0.0.1:${redis.port}", password: { env: CACHE_PASSWORD } } } } }\n`,
  )
  const path = bench.write('secrets.md', book())
  const { sha256 } = await bench.connection.request('library.read', { path })
  const request = {
    path,
    sha256,
    mode: 'live' as const,
    inputs: { TOKEN: INPUT },
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  }
  await expect(
    bench.connection.request('runs.start', { ...request, answers: `inputs: { TOKEN: ${INPUT} }` }),
  ).rejects.toThrow(/answers contain the value of TOKEN/u)
  const { run } = await bench.connection.request('runs.start', request)
  await bench.connection.request('runs.follow', { run, follow: true })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  const first = await bench.settled(run, 'one/1')
  expect(first.blocks['one/1']?.attempts[0]?.outcome).toMatchObject({
    kind: expect.stringMatching(/^(?:exited|responded)$/u),
  })
  await bench.command(run, { type: 'block.run', block: 'one/2' })
  const second = await bench.settled(run, 'one/2')
  expect(second.blocks['one/2']?.attempts[0]?.outcome).toEqual({ kind: 'exited', code: 0 })
  await bench.command(run, { type: 'note.add', kind: 'note', text: `The password is ${SECRET}.` })
  await bench.connection.request('runs.search', { query: 'password', limit: 10 })
  await bench.reopen()

  const told = JSON.stringify(bench.pushes)
  const shown = bench.pushes
    .flatMap((push) => (push.push === 'stream.data' ? [push.data.base64] : []))
    .map((base64) => Buffer.from(base64, 'base64').toString('latin1'))
    .join('')
  expect(shown).toContain('[redacted]')
  const files = filesBelow(bench.data)
  expect(files.length).toBeGreaterThan(5)
  for (const form of [...formsOf(SECRET), ...formsOf(INPUT)]) {
    expect(told.includes(form), `pushes: ${form}`).toBe(false)
    expect(shown.includes(form), `shown: ${form}`).toBe(false)
    for (const file of files)
      expect(readFileSync(file).includes(Buffer.from(form)), `${file}: ${form}`).toBe(false)
  }
})
