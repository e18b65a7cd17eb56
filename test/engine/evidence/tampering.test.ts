import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalise } from '../../../main/core/evidence/canonical.ts'
import { GENESIS } from '../../../main/core/evidence/chain.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** What somebody with an editor and the source of Muster can do to a record, and what of it is found. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

/** Something that stands in an event, to be changed. */
const NOTE = 'The replica was behind by 40 seconds'

/** A run that is over, signed at its start and its end, with words of the middle that Grace has. */
async function told(): Promise<string> {
  const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
  await bench.command(run, { type: 'note.add', kind: 'note', text: NOTE })
  const { checkpoint } = await bench.connection.request('runs.checkpoint', { run })
  if (checkpoint === undefined) throw new Error('nothing was signed')
  const { size, head } = checkpoint
  await bench.command(run, { type: 'checkpoint.witness', size, head, by: 'Grace' })
  await bench.command(run, { type: 'run.abort', reason: 'enough' })
  return run
}

function edited(change: (database: Database.Database) => void): void {
  const database = new Database(join(bench.data, 'muster.db'))
  try {
    database.exec('drop trigger event_no_update; drop trigger event_no_delete')
    change(database)
  } finally {
    database.close()
  }
}

/** Writes a run anew from its lines, with whole hashes: what somebody does who knows how it works. */
function rewritten(run: string, change: (line: string) => string): void {
  edited((database) => {
    const lines = database
      .prepare<[string], Buffer>('select bytes from event where run = ? order by seq')
      .pluck()
      .all(run)
    let prev = GENESIS
    for (const [index, bytes] of lines.entries()) {
      const content: unknown = JSON.parse(change(bytes.toString('utf8')))
      if (typeof content !== 'object') throw new Error('not an event')
      const line = canonicalise({ ...content, prev })
      prev = createHash('sha256').update(line).digest('hex')
      database
        .prepare('update event set bytes = ?, hash = ? where run = ? and seq = ?')
        .run(Buffer.from(line), prev, run, index + 1)
    }
  })
}

/** Verifies after a change that was made while the program was closed. */
async function verifiedAfter(run: string, change: () => void) {
  await bench.muster.close()
  change()
  await bench.reopen()
  const { ok, problems, signed } = await bench.connection.request('runs.verify', { run })
  return { ok, signed, words: problems.map(({ message }) => message).join('\n') }
}

describe('a record that nobody changed', () => {
  it('verifies, signed to its end, with its witness', async () => {
    const run = await told()
    const { ok, signed, words } = await verifiedAfter(run, () => undefined)
    expect(words).toBe('')
    expect(ok).toBe(true)
    expect(signed).toMatchObject({ checkpoints: 3, upTo: 4, witnesses: 1 })
  })
})

describe('found without any witness', () => {
  it('a line that was changed, with all hashes computed anew', async () => {
    const run = await told()
    const { ok, words } = await verifiedAfter(run, () =>
      rewritten(run, (line) => line.replace('40 seconds', '4 seconds')),
    )
    expect(ok).toBe(false)
    expect(words).toContain('The checkpoint after event 2 is over other events than these first 2')
    expect(words).not.toContain('does not continue')
  })

  it('an end that was cut off, where its checkpoint was left', async () => {
    const run = await told()
    const { words } = await verifiedAfter(run, () =>
      edited((database) =>
        database.prepare('delete from event where run = ? and seq > 3').run(run),
      ),
    )
    expect(words).toContain(
      'The checkpoint after event 4 is over 4 events, and the record has 3: its end is missing',
    )
  })

  it('a checkpoint that was taken away before the end', async () => {
    const run = await told()
    const { words } = await verifiedAfter(run, () =>
      edited((database) =>
        database.prepare('delete from checkpoint where run = ? and size = 2').run(run),
      ),
    )
    expect(words).toContain('Event 3 names a checkpoint over 2 events, and it is missing.')
  })

  it('a checkpoint whose text or signature was changed', async () => {
    const run = await told()
    const { words } = await verifiedAfter(run, () =>
      edited((database) => {
        const update = database.prepare(
          `update checkpoint set note = cast(replace(cast(note as text), ?, ?) as blob) where run = ?`,
        )
        update.run('\nwall 1', '\nwall 2', run)
      }),
    )
    expect(words).toContain('is not signed by a key of this record')
    expect(words).toContain('and it is another one.')
  })

  it('checkpoints of another run in the place of these', async () => {
    const [run, other] = [await told(), await told()]
    const { words } = await verifiedAfter(run, () =>
      edited((database) => {
        database.prepare('delete from checkpoint where run = ?').run(run)
        database.prepare('update checkpoint set run = ? where run = ?').run(run, other)
      }),
    )
    expect(words).toContain('is of another run')
  })

  it('a key that is not in the list any more', async () => {
    const run = await told()
    const { words } = await verifiedAfter(run, () => {
      edited((database) => database.exec('delete from device_key'))
      rmSync(join(bench.data, 'keys', 'device.pem'))
    })
    expect(words).toContain('is not signed by a key of this record')
  })
})

describe('not found without a witness, as docs/evidence.md says', () => {
  /** The holder of the key tells another story from the start, and signs it. */
  async function forged(run: string, text: string): Promise<void> {
    await bench.muster.close()
    rewritten(run, (line) => {
      const content: Record<string, unknown> = JSON.parse(line.replace('40 seconds', text))
      delete content['checkpoint']
      // The witness is left out of the story too: it becomes a note.
      return content['type'] === 'checkpoint.witnessed'
        ? canonicalise({ ...content, type: 'note.added', data: { kind: 'note', text: '-' } })
        : canonicalise(content)
    })
    withoutCheckpoints(run)
    await bench.reopen()
    // With the key in the folder, Muster itself signs whatever stands there.
    await bench.connection.request('runs.checkpoint', { run })
  }

  function withoutCheckpoints(run: string): void {
    const database = new Database(join(bench.data, 'muster.db'))
    database.prepare('delete from checkpoint where run = ?').run(run)
    database.close()
  }

  it('a whole run that the holder of the key rewrote and signed; the words that Grace has find it', async () => {
    const run = await told()
    const before = await bench.connection.request('runs.checkpoints', { run })
    const words = before.find(({ size }) => size === 2)?.words.join(' ')
    await forged(run, '4 seconds')
    const result = await bench.connection.request('runs.verify', { run })
    expect(result).toMatchObject({ ok: true, problems: [] })
    expect(result.signed?.checkpoints).toBe(1)
    const now = (await bench.events(run)).map(({ hash }) => hash)
    const { wordsOf } = await import('../../../main/core/evidence/words.ts')
    expect(words).toBeDefined()
    expect(now.map((hash) => wordsOf(hash).join(' '))).not.toContain(words)
  })

  it('an end that was cut off together with its checkpoint', async () => {
    const run = await told()
    const { ok } = await verifiedAfter(run, () =>
      edited((database) => {
        database.prepare('delete from event where run = ? and seq > 3').run(run)
        database.prepare('delete from checkpoint where run = ? and size > 3').run(run)
      }),
    )
    expect(ok).toBe(true)
  })
})

it('the limits that these tests show stand in docs/evidence.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/evidence.md'), 'utf8')
  expect(text).toContain(
    'Without a witness, the holder of the key can rewrite a run and everything',
  )
  expect(text).toContain('cuts off the end of a run, and the checkpoints over it')
})
