import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { compose } from '../../main/hosts/compose.ts'
import { until } from '../harness/until.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'

const benches: Bench[] = []
function bench(): Bench {
  const opened = openBench()
  benches.push(opened)
  return opened
}
afterEach(async () => {
  for (const opened of benches.splice(0)) await opened.close()
})

/** Every byte below a folder. */
function bytesBelow(folder: string): Buffer {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  )
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))))
}

describe('starting', () => {
  it('needs the content that was looked at, accepted', async () => {
    const opened = bench()
    const { connection } = opened
    const path = opened.write('one.md', book(fence('bash run', 'echo hello')))
    const seen = await connection.request('library.read', { path })
    const params = {
      path,
      sha256: seen.sha256,
      mode: 'live' as const,
      inputs: {},
      commander: 'Ada',
    }
    await expect(
      connection.request('runs.start', { ...params, acceptContent: false }),
    ).rejects.toMatchObject({ code: 'not-trusted' })
    await connection.request('runs.start', { ...params, acceptContent: true })
    // Accepted once, it is trusted; changed, it is not.
    await connection.request('runs.start', { ...params, acceptContent: false })
    opened.write('one.md', book(fence('bash run', 'echo goodbye')))
    await expect(
      connection.request('runs.start', { ...params, acceptContent: true }),
    ).rejects.toMatchObject({ code: 'changed' })
    const again = await connection.request('library.read', { path })
    expect(again.trust).toBe('changed')
  })

  it('refuses a runbook with errors, saying where the first one is', async () => {
    const opened = bench()
    const { connection } = opened
    const path = opened.write('bad.md', book(fence('bash runn', 'echo hello')))
    const { sha256 } = await connection.request('library.read', { path })
    const start = connection.request('runs.start', {
      path,
      sha256,
      mode: 'live',
      inputs: {},
      commander: 'Ada',
      acceptContent: true,
    })
    await expect(start).rejects.toThrow(/cannot be started.*at 18:9.*run/su)
  })

  it('checks every input at once', async () => {
    const opened = bench()
    const { connection } = opened
    const path = opened.write(
      'in.md',
      book(
        '- [ ] Item',
        'inputs:\n  A: { label: First, required: true }\n  B: { label: Second, pattern: "[0-9]+" }\n',
      ),
    )
    const { sha256 } = await connection.request('library.read', { path })
    const start = connection.request('runs.start', {
      path,
      sha256,
      mode: 'live',
      inputs: { B: 'x', C: 'y' },
      commander: 'Ada',
      acceptContent: true,
    })
    await expect(start).rejects.toThrow(
      /C is not an input.*First \(A\) is required.*Second \(B\) must match/su,
    )
  })

  it('pins the file: what is edited later does not change the run', async () => {
    const opened = bench()
    const path = opened.write('pin.md', book(fence('bash run', 'echo first')))
    const run = await opened.start(path)
    opened.write('pin.md', book(fence('bash run', 'echo second')))
    const { source } = await opened.connection.request('runs.open', { run })
    expect(source).toContain('echo first')
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    const state = await opened.settled(run, 'one/1')
    expect(state.blocks['one/1']?.attempts[0]?.text).toBe('echo first')
  })
})

describe('secrets', () => {
  it('may not stand in answers that any client prepared: those are recorded as they are', async () => {
    const opened = bench()
    const path = opened.write(
      'answers.md',
      book(
        fence('bash run', 'true'),
        'inputs:\n  PASSWORD: { label: Password, required: true, secret: true }\n',
      ),
    )
    const { sha256 } = await opened.connection.request('library.read', { path })
    await expect(
      opened.connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: { PASSWORD: 'correct-horse-battery-staple' },
        commander: 'Ann',
        acceptContent: true,
        answers: 'confirm: all # correct-horse-battery-staple',
      }),
    ).rejects.toMatchObject({ code: 'secret-in-answers' })
    expect(bytesBelow(opened.data).includes('correct-horse-battery-staple')).toBe(false)
  })

  it('reach the command, and stand nowhere in the data folder, not in what a client is sent, and not after a restart', async () => {
    const opened = bench()
    const secret = 'correct-horse-battery-staple'
    const path = opened.write(
      'secret.md',
      book(
        fence(
          'bash run capture=SEEN',
          'printf "%s" "$PASSWORD" | wc -c; printf "a%sb\\n" "$PASSWORD"; echo "$PASSWORD" >&2; printf correct-horse-; sleep 0.05; printf "battery-staple\\n"',
        ) + fence('bash run', 'test "$(printf %s "$SEEN" | head -c 2)" = 28'),
        'inputs:\n  PASSWORD: { label: Password, required: true, secret: true }\n',
      ),
    )
    const run = await opened.start(path, { PASSWORD: secret })
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    const first = await opened.settled(run, 'one/1')
    expect(first.blocks['one/1']?.status).toBe('passed')
    await opened.command(run, {
      type: 'note.add',
      kind: 'note',
      text: `never write ${secret} down`,
    })
    expect(
      await opened.command(run, {
        type: 'block.run',
        block: 'one/2',
        edit: { text: `echo ${secret}`, reason: 'x' },
      }),
    ).toMatchObject({
      ok: false,
      code: 'secret-in-text',
    })
    await opened.command(run, { type: 'block.run', block: 'one/2' })
    expect((await opened.settled(run, 'one/2')).blocks['one/2']?.status).toBe('passed')
    expect(JSON.stringify(opened.pushes)).not.toContain(secret)
    const shown = opened.pushes.flatMap((push) =>
      push.push === 'stream.data' ? [Buffer.from(push.data.base64, 'base64')] : [],
    )
    expect(Buffer.concat(shown).includes(secret)).toBe(false)
    await opened.reopen()
    expect(bytesBelow(opened.data).includes(secret)).toBe(false)
    // It is not kept, so it is asked for again.
    const { missingSecrets } = await opened.connection.request('runs.open', { run, resume: true })
    expect(missingSecrets).toEqual(['PASSWORD'])
    expect(
      await opened.command(run, { type: 'block.run', block: 'one/2', reason: 'again' }),
    ).toMatchObject({ ok: false, code: 'secret-missing' })
    await opened.connection.request('runs.secrets', { run, values: { PASSWORD: secret } })
    expect(
      await opened.command(run, { type: 'step.reopen', step: 'one', reason: 'again' }),
    ).toMatchObject({ ok: true })
    expect(
      await opened.command(run, { type: 'block.run', block: 'one/2', reason: 'again' }),
    ).toMatchObject({ ok: true })
    await opened.settled(run, 'one/2')
  })
})

describe('one writer', () => {
  it('a second Muster on the same folder looks on: it sees everything and changes nothing', async () => {
    const opened = bench()
    const run = await opened.start(opened.write('one.md', book('- [ ] Item')))
    const second = compose({
      data: opened.data,
      host: 'cli',
      version: '0.1.0',
      folders: [opened.books],
    })
    const seen: string[] = []
    const connection = second.engine.connect({
      push: (push) => {
        if (push.push === 'run.events') seen.push(...push.data.events.map(({ type }) => type))
      },
    })
    try {
      expect(second.readOnly).toMatch(/another muster/iu)
      expect(await connection.request('runs.list', { limit: 5 })).toHaveLength(1)
      await connection.request('runs.follow', { run, follow: true })
      await expect(
        connection.request('runs.command', {
          run,
          actor: 'Eve',
          command: { type: 'note.add', kind: 'note', text: 'x' },
        }),
      ).rejects.toMatchObject({ code: 'read-only' })
      await expect(connection.request('settings.set', { theme: 'dark' })).rejects.toMatchObject({
        code: 'read-only',
      })
      await opened.command(run, { type: 'step.begin', step: 'one' })
      await until('the second has seen it', () => seen.includes('step.begun'))
    } finally {
      connection.close()
      await second.close()
    }
  })
})

describe('an orderly end', () => {
  it('stops what runs, says what is known of it, and suspends the run', async () => {
    const opened = bench()
    const run = await opened.start(
      opened.write('long.md', book(fence('bash run', 'echo begun; sleep 600'))),
    )
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    await until('it has begun', () => opened.pushes.some((push) => push.push === 'stream.data'))
    await opened.reopen()
    const events = await opened.events(run)
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['block.finished', 'run.suspended'])
    const state = await opened.state(run)
    expect(state.blocks['one/1']?.status).toBe('unknown')
    await opened.connection.request('runs.open', { run, resume: true })
    expect((await opened.events(run)).at(-1)).toMatchObject({
      type: 'run.reopened',
      data: { after: 'suspension' },
    })
  })
})

describe('running', () => {
  it('a check polls until it passes, and is one attempt', async () => {
    const opened = bench()
    const marker = join(opened.books, 'marker')
    const run = await opened.start(
      opened.write(
        'poll.md',
        book(
          fence(
            'bash check every=50ms for=20s',
            'test -e "$MARKER" && echo there || { printf absent; false; }',
          ),
          'inputs:\n  MARKER: { label: Marker, required: true }\n',
        ),
      ),
      { MARKER: marker },
    )
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    await until('it has polled', () => opened.pushes.some((push) => push.push === 'stream.data'))
    writeFileSync(marker, '')
    const state = await opened.settled(run, 'one/1')
    const [attempt, ...more] = state.blocks['one/1']?.attempts ?? []
    expect(more).toEqual([])
    expect(attempt).toMatchObject({ passed: true, outcome: { kind: 'exited', code: 0 } })
    expect(attempt?.polls).toBeGreaterThan(1)
    expect(attempt?.stdout?.bytes).toBe(6)
    // Each poll is shown on lines of its own.
    const shown = opened.pushes.flatMap((push) =>
      push.push === 'stream.data' ? [Buffer.from(push.data.base64, 'base64').toString()] : [],
    )
    expect(shown.join('')).toMatch(/^(?:absent\r\n)+there\n$/u)
  })

  it('a declared retry runs again by itself, as often as declared', async () => {
    const opened = bench()
    const path = opened.write(
      'retry.md',
      book(fence('bash run', 'echo try; false')).replace(
        'on: laptop',
        'on: laptop\nretry: { attempts: 3, every: 20ms }',
      ),
    )
    const run = await opened.start(path)
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    await until('it was tried three times', async () => {
      const attempts = (await opened.state(run)).blocks['one/1']?.attempts ?? []
      return attempts.length === 3 && attempts.every(({ outcome }) => outcome !== undefined)
    })
    const starts = (await opened.events(run)).filter(({ type }) => type === 'block.started')
    expect(starts.map(({ actor }) => actor)).toEqual(['Ada', 'muster', 'muster'])
  })

  it('what needs a connection is not started, in words', async () => {
    const opened = bench()
    const path = opened.write(
      'sql.md',
      book(fence('sql run on=db', 'select 1')).replace(
        'laptop: local',
        'laptop: local, db: { postgres: main }',
      ),
    )
    const run = await opened.start(path)
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    const attempt = (await opened.settled(run, 'one/1')).blocks['one/1']?.attempts[0]
    expect(attempt?.outcome).toMatchObject({ kind: 'not-started' })
    expect(JSON.stringify(attempt?.outcome)).toMatch(/needs a .*connection/u)
  })

  it('output is recorded exactly, in both lanes, and found again', async () => {
    const opened = bench()
    const run = await opened.start(
      opened.write(
        'bytes.md',
        book(fence('bash run', "printf '\\377\\000a'; printf 'needle-42' >&2")),
      ),
    )
    await opened.command(run, { type: 'step.begin', step: 'one' })
    await opened.command(run, { type: 'block.run', block: 'one/1' })
    const attempt = (await opened.settled(run, 'one/1')).blocks['one/1']?.attempts[0]
    const read = async (sha256: string): Promise<Buffer> =>
      Buffer.from(
        (await opened.connection.request('runs.output', { run, sha256, offset: 0, length: 100 }))
          .base64,
        'base64',
      )
    expect(await read(attempt?.stdout?.sha256 ?? '')).toEqual(Buffer.from([0xff, 0x00, 0x61]))
    expect((await read(attempt?.stderr?.sha256 ?? '')).toString()).toBe('needle-42')
    expect(await opened.connection.request('runs.verify', { run })).toMatchObject({
      ok: true,
      problems: [],
    })
  })
})

describe('the contract', () => {
  it('answers nonsense with words, and never falls over', async () => {
    const { connection } = bench()
    expect(await connection.handle('nonsense')).toMatchObject({ error: { code: 'bad-frame' } })
    expect(await connection.handle({ id: 1, method: 'no.such', params: {} })).toMatchObject({
      id: 1,
      error: { code: 'unknown-method' },
    })
    expect(await connection.handle({ id: 2, method: 'constructor', params: {} })).toMatchObject({
      error: { code: 'unknown-method' },
    })
    const bad = await connection.handle({ id: 3, method: 'runs.list', params: { limit: 'many' } })
    expect(bad).toMatchObject({ id: 3, error: { code: 'bad-request' } })
    expect(JSON.stringify(bad)).toContain('at limit')
    expect(
      await connection.handle({ id: 4, method: 'library.read', params: { path: '/etc/passwd' } }),
    ).toMatchObject({ error: { code: 'not-markdown' } })
  })
})
