import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MOST_ATTACHED } from '../../main/contract/attachments.ts'
import { png } from '../core/files/pictures.ts'
import { until } from '../harness/until.ts'
import { smallDisk } from '../store/support/folders.ts'
import { attach, handOver } from './support/attach.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'

/** Files that people give to a run: with a real store, and hostile ones among them. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

const BOOK = book(fence('bash run', 'echo hello'))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const SECRET = 'correct horse battery'
const SECRET_BOOK = book(
  fence('bash run', 'true'),
  'inputs:\n  PASSWORD: { label: Password, secret: true }\n',
)

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Files of the data folder that have these bytes anywhere. */
function having(text: string): readonly string[] {
  return filesBelow(bench.data).filter((path) => readFileSync(path).includes(text))
}

const spooled = (): readonly string[] => filesBelow(join(bench.data, 'spool'))

async function read(run: string, name: string): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let offset = 0; ;) {
    const { base64, total } = await bench.connection.request('runs.output', {
      run,
      sha256: name,
      offset,
      length: 1_048_576,
    })
    parts.push(Buffer.from(base64, 'base64'))
    offset += parts.at(-1)?.length ?? 0
    if (offset >= total) return Buffer.concat(parts)
  }
}

describe('a file that a person attaches', () => {
  it('is kept byte for byte, with its type, its digest and what was said of it', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const bytes = Buffer.concat([png(40, 30), randomBytes(2_000_000)])
    const added = await attach(bench.connection, {
      run,
      name: 'C:\\Users\\ada\\graph.png',
      bytes,
      step: 'one',
      caption: 'The graph at 03:12.',
    })
    expect(added).toMatchObject({
      name: 'graph.png',
      mediaType: 'image/png',
      size: bytes.length,
      sha256: sha256(bytes),
      redacted: false,
    })
    const event = (await bench.events(run)).at(-1)
    expect(event).toMatchObject({
      seq: added.seq,
      type: 'attachment.added',
      actor: 'Ada',
      data: { step: 'one', caption: 'The graph at 03:12.' },
    })
    const [attachment] = (await bench.state(run)).attachments ?? []
    expect(attachment?.source).toBeUndefined()
    expect(await read(run, attachment?.blob.sha256 ?? '')).toEqual(bytes)
    expect(spooled()).toEqual([])
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    // Whoever looks on is told as of any event.
    expect(
      bench.pushes.some(
        ({ push, data }) =>
          push === 'run.events' && data.events.some(({ type }) => type === 'attachment.added'),
      ),
    ).toBe(true)
  })

  it.each([
    ['empty.log', Buffer.alloc(0), 'text/plain'],
    ['a.txt', Buffer.from('Zurück\n'), 'text/plain'],
    ['logo.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'text/plain'],
    ['page.png', Buffer.from('<!doctype html><script>alert(1)</script>'), 'text/plain'],
    ['latin1.txt', Buffer.from('Zur\u00FCck', 'latin1'), 'application/octet-stream'],
    ['zero.txt', Buffer.from('a\u0000b'), 'application/octet-stream'],
    [
      'late.txt',
      Buffer.concat([Buffer.alloc(900_000, 'a'), Buffer.from([0xff])]),
      'application/octet-stream',
    ],
    ['cut.txt', Buffer.from('ü').subarray(0, 1), 'application/octet-stream'],
    ['split.txt', Buffer.from(`${'a'.repeat(786_431)}ü`), 'text/plain'],
    ['bomb.txt', gzipSync(Buffer.alloc(20_000_000)), 'application/gzip'],
    ['polyglot.html', Buffer.concat([png(9, 9), Buffer.from('<script>')]), 'image/png'],
    [
      'bomb.zip',
      Buffer.concat([Buffer.from('PK\u0003\u0004'), deflateSync(Buffer.alloc(9_000_000))]),
      'application/zip',
    ],
  ])('%s is what its bytes say: never unpacked, never believed', async (name, bytes, type) => {
    const run = await bench.start(bench.write('one.md', BOOK))
    expect(await attach(bench.connection, { run, name, bytes })).toMatchObject({
      name,
      mediaType: type,
      size: bytes.length,
      sha256: sha256(bytes),
    })
    const [attachment] = (await bench.state(run)).attachments ?? []
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    if (bytes.length > 0)
      expect((await read(run, attachment?.blob.sha256 ?? '')).equals(bytes)).toBe(true)
  })

  it('is taken with a run that is over, also after a restart, and signed', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    await bench.command(run, { type: 'run.finish', reason: 'enough' })
    await bench.reopen()
    await attach(bench.connection, { run, name: 'mail.txt', bytes: Buffer.from('the day after') })
    const events = await bench.events(run)
    expect(events.at(-1)?.type).toBe('attachment.added')
    const checkpoints = await bench.connection.request('runs.checkpoints', { run })
    expect(checkpoints.at(-1)).toMatchObject({ why: 'afterwards', size: events.length })
  })

  it('is found by its name and what was said of it, and not by what stands in it', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const found = async (query: string): Promise<number> =>
      (await bench.connection.request('runs.search', { query, limit: 9 })).length
    await attach(bench.connection, {
      run,
      name: 'kettle.txt',
      bytes: Buffer.from('walrus'),
      caption: 'A teapot',
    })
    expect([await found('kettle'), await found('teapot'), await found('walrus')]).toEqual([1, 1, 0])
    await bench.reopen(async () => {
      const { default: Database } = await import('better-sqlite3')
      const database = new Database(join(bench.data, 'muster.db'))
      database.exec(`delete from search_text; delete from search_part; delete from search_word`)
      database.close()
    })
    expect([await found('kettle'), await found('teapot'), await found('walrus')]).toEqual([1, 1, 0])
  })
})

describe('a file is refused in words, and nothing of it stays', () => {
  async function refused(what: () => Promise<unknown>, words: string | RegExp): Promise<void> {
    await expect(what()).rejects.toThrow(words)
    expect(spooled()).toEqual([])
  }

  it('over the bound, more than announced, less than announced, out of order', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const { connection } = bench
    const before = filesBelow(bench.data).length
    const begin = (size: number) =>
      connection.request('attachments.begin', { run, name: 'x', size })
    await refused(() => begin(MOST_ATTACHED + 1), 'At most 100.0 MB are kept with a run')
    const piece = async (size: number, offset: number, text: string): Promise<unknown> => {
      const { upload } = await begin(size)
      await connection.request('attachments.piece', {
        upload,
        offset,
        base64: Buffer.from(text).toString('base64'),
      })
      return connection.request('attachments.add', { upload, actor: 'Ada' })
    }
    await refused(() => piece(3, 0, 'four'), 'it has grown meanwhile')
    await refused(() => piece(5, 0, 'four'), 'Of this file 4 bytes came')
    await refused(() => piece(8, 4, 'four'), 'A piece of this file is missing')
    expect((await bench.state(run)).attachments).toBeUndefined()
    expect(filesBelow(bench.data)).toHaveLength(before)
  })

  it('for a step that is not there, or a run that is not there', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const bytes = Buffer.from('0123456789')
    const blobs = filesBelow(join(bench.data, 'blobs')).length
    await refused(
      () => attach(bench.connection, { run, name: 'x', bytes, step: 'two' }),
      'The run has no step two.',
    )
    // It was whole on the disk by then.
    expect(filesBelow(join(bench.data, 'blobs'))).toHaveLength(blobs)
    await refused(() => attach(bench.connection, { run: 'nowhere', name: 'x', bytes }), 'no run')
    await refused(
      () => attach(bench.connection, { run, name: 'x', bytes, actor: ' Muster ' }),
      'Files are given by people',
    )
  })

  it('when the client that sends it goes, and another client cannot go on with it', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const other = bench.muster.engine.connect({ push: () => undefined })
    const upload = await handOver(other, { run, name: 'x', bytes: Buffer.from('half of it') })
    expect(spooled()).toHaveLength(1)
    await expect(
      bench.connection.request('attachments.add', { upload, actor: 'Ada' }),
    ).rejects.toThrow('not on its way any more')
    await bench.connection.request('attachments.cancel', { upload })
    expect(spooled()).toHaveLength(1)
    other.close()
    await until('the file is gone', () => spooled().length === 0)
  })

  it('when it is cancelled, when the program ends, and when the run is deleted', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const given = { run, name: 'x', bytes: Buffer.from('half of it') }
    const upload = await handOver(bench.connection, given)
    await bench.connection.request('attachments.cancel', { upload })
    expect(spooled()).toEqual([])
    await handOver(bench.connection, given)
    await bench.reopen()
    expect(spooled()).toEqual([])
    await bench.connection.request('runs.open', { run, resume: true })
    await bench.command(run, { type: 'run.abort', reason: 'enough' })
    const kept = await attach(bench.connection, {
      ...given,
      bytes: Buffer.from('kept for a while'),
    })
    expect(kept.seq).toBeGreaterThan(1)
    const late = await handOver(bench.connection, given)
    await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'not ours' })
    expect(having('kept for a while')).toEqual([])
    expect(filesBelow(join(bench.data, 'blobs'))).toEqual([])
    await refused(
      () => bench.connection.request('attachments.add', { upload: late, actor: 'Ada' }),
      'not on its way any more',
    )
  })

  it('where the folder is not writable, or something stands in its place', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    // Permissions do not bind root, and this does.
    rmSync(join(bench.data, 'spool'), { recursive: true })
    writeFileSync(join(bench.data, 'spool'), '')
    await expect(
      attach(bench.connection, { run, name: 'x', bytes: Buffer.from('x') }),
    ).rejects.toThrow(join(bench.data, 'spool'))
    rmSync(join(bench.data, 'spool'))
    await attach(bench.connection, { run, name: 'x', bytes: Buffer.from('x') })
    expect((await bench.state(run)).attachments).toHaveLength(1)
  })

  it('that fills the disk, and the run goes on', async () => {
    const data = smallDisk(4_000)
    // Where nobody may mount, test/store/disk-full.test.ts stands for this.
    if (data === undefined) return
    const small = openBench({ data })
    try {
      const run = await small.start(small.write('one.md', BOOK))
      await expect(
        attach(small.connection, { run, name: 'x.bin', bytes: randomBytes(8_000_000) }),
      ).rejects.toThrow(/This file was not attached\. .*Free some space there/u)
      expect(filesBelow(join(data, 'spool'))).toEqual([])
      await attach(small.connection, { run, name: 'x.bin', bytes: randomBytes(1_000) })
      await small.command(run, { type: 'note.add', kind: 'note', text: 'it goes on' })
      expect(await small.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    } finally {
      await small.close()
    }
  })

  it('when a client has too many on their way', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    for (let count = 0; count < 8; count++)
      await bench.connection.request('attachments.begin', { run, name: 'x', size: 1 })
    await expect(
      bench.connection.request('attachments.begin', { run, name: 'x', size: 1 }),
    ).rejects.toThrow('8 files are on their way already')
  })
})

describe('secrets of the run', () => {
  const withSecret = (): Promise<string> =>
    bench.start(bench.write('secret.md', SECRET_BOOK), { PASSWORD: SECRET })

  it('are taken out of text, wherever a piece ends, and no digest is over them', async () => {
    const run = await withSecret()
    const bytes = Buffer.from(`password=${SECRET}\nand ${encodeURIComponent(SECRET)}\n`)
    const added = await attach(
      bench.connection,
      { run, name: `dump of ${SECRET}.txt`, bytes, caption: `It is ${SECRET}` },
      12,
    )
    expect(added).toMatchObject({ redacted: true, mediaType: 'text/plain' })
    const [attachment] = (await bench.state(run)).attachments ?? []
    const kept = await read(run, attachment?.blob.sha256 ?? '')
    expect(kept.toString()).toBe('password=[redacted]\nand [redacted]\n')
    expect(attachment).toMatchObject({
      redacted: true,
      sha256: sha256(kept),
      size: bytes.length,
      name: 'dump of [redacted].txt',
      caption: 'It is [redacted]',
    })
    expect(having(SECRET)).toEqual([])
    expect(having(sha256(bytes))).toEqual([])
  })

  it('make anything else be refused', async () => {
    const run = await withSecret()
    const bytes = Buffer.concat([png(9, 9), Buffer.from(SECRET)])
    await expect(attach(bench.connection, { run, name: 'x.png', bytes })).rejects.toThrow(
      'A secret of this run stands in this file, and it is no text',
    )
    expect(having(SECRET)).toEqual([])
    expect((await bench.state(run)).attachments).toBeUndefined()
    expect(spooled()).toEqual([])
  })

  it('whose values are gone are named before anything is sent', async () => {
    const run = await withSecret()
    const begun = () => bench.connection.request('attachments.begin', { run, name: 'x', size: 0 })
    expect((await begun()).unknownSecrets).toEqual([])
    await bench.command(run, { type: 'run.finish', reason: 'enough' })
    expect((await begun()).unknownSecrets).toEqual(['PASSWORD'])
  })
})

it('an attachment that is redacted is gone from the disk, and the record holds', async () => {
  const run = await bench.start(bench.write('one.md', BOOK))
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  await bench.settled(run, 'one/1')
  const text = 'Zqxwv Pellington lives here'
  const { seq } = await attach(bench.connection, {
    run,
    name: 'list.txt',
    bytes: Buffer.from(text),
    step: 'one',
    caption: 'Who was affected',
  })
  const [attachment] = (await bench.state(run)).attachments ?? []
  const name = attachment?.blob.sha256 ?? ''
  expect(having(text)).toHaveLength(1)
  expect(
    await bench.command(run, {
      type: 'output.redact',
      event: seq,
      sha256: name,
      kind: 'personal',
      reason: 'a customer is named',
    }),
  ).toMatchObject({ ok: true })
  expect(having(text)).toEqual([])
  await expect(read(run, name)).rejects.toThrow('Ada took this output out of the record')
  expect(await bench.connection.request('runs.verify', { run })).toMatchObject({
    ok: true,
    redacted: 1,
  })
  // What stands in the event stays findable, and so do the outputs of the step.
  const found = async (query: string): Promise<number> =>
    (await bench.connection.request('runs.search', { query, limit: 9 })).length
  expect([await found('list.txt'), await found('affected'), await found('hello')]).toEqual([
    1, 1, 1,
  ])
})
