import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../../main/core/run/commands.ts'
import { parseCheckpoint } from '../../../main/core/evidence/checkpoint.ts'
import { verifyReplacement } from '../../../main/core/evidence/device-key.ts'
import { MerkleTree } from '../../../main/core/evidence/merkle.ts'
import { parseKey, parseNote, verifyNote } from '../../../main/core/evidence/signed-note.ts'
import { wordsOf } from '../../../main/core/evidence/words.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** Checkpoints as the engine makes them, checked from the stored bytes with nothing but node's own cryptography. */

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

function verify(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
  return verifySignature(null, bytes, createPublicKey({ key: jwk, format: 'jwk' }), signature)
}

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

/** The stored lines of a run, read beside the program. */
function linesOf(run: string): readonly Buffer[] {
  const database = new Database(join(bench.data, 'muster.db'), { readonly: true })
  try {
    return database
      .prepare<[string], Buffer>('select bytes from event where run = ? order by seq')
      .pluck()
      .all(run)
  } finally {
    database.close()
  }
}

function rootOf(lines: readonly Uint8Array[]): Uint8Array {
  const tree = new MerkleTree(hash)
  for (const line of lines) tree.add(line)
  return tree.root()
}

/** A command that must be accepted. */
async function must(run: string, command: Command): Promise<void> {
  expect(await bench.command(run, command)).toMatchObject({ ok: true })
}

async function keyLines() {
  const { keys } = await bench.connection.request('device.get', {})
  return keys
}

/** Checks every checkpoint of a run against its lines and the keys of the device, and gives what they were made for. */
async function checked(run: string): Promise<readonly string[]> {
  const lines = linesOf(run)
  const keys = (await keyLines()).flatMap(({ line }) => parseKey(line, hash) ?? [])
  const { device } = await bench.connection.request('session.info', {})
  const checkpoints = await bench.connection.request('runs.checkpoints', { run })
  for (const { size, head, words, note } of checkpoints) {
    const parsed = parseNote(note)
    if (parsed === undefined) throw new Error(`not a note: ${note}`)
    expect(verifyNote(parsed, keys, { hash, verify })).toMatchObject({
      signers: [expect.anything()],
      wrong: [],
    })
    const said = parseCheckpoint(parsed.text)
    expect(said?.origin).toBe(`muster/${device}/${run}`)
    expect(said?.size).toBe(size)
    expect(Buffer.from(said?.root ?? [])).toEqual(Buffer.from(rootOf(lines.slice(0, size))))
    const last = createHash('sha256')
      .update(lines[size - 1] ?? '')
      .digest('hex')
    expect(said?.head).toBe(last)
    expect(head).toBe(last)
    expect(words).toEqual(wordsOf(last))
    // The event after a checkpoint names it.
    const following = lines[size]
    if (following !== undefined) {
      const event: unknown = JSON.parse(following.toString('utf8'))
      expect(event).toMatchObject({ checkpoint: createHash('sha256').update(note).digest('hex') })
    }
  }
  return checkpoints.map(({ why }) => why)
}

const DANGEROUS = `---
runbook: 1
title: Danger
kind: maintenance
targets: { laptop: local }
---
# Danger

## Phase

### Look

\`\`\`yaml step
id: look
on: laptop
\`\`\`
${fence('bash run', 'true')}

### Destroy

\`\`\`yaml step
id: destroy
on: laptop
risk: destructive
approve: { role: commander, quorum: 1 }
point-of-no-return: true
\`\`\`
${fence('bash run', 'echo gone')}
`

describe('checkpoints', () => {
  it('are made at the start, at approvals, before what cannot be taken back, and at the end', async () => {
    const run = await bench.start(bench.write('danger.md', DANGEROUS))
    await must(run, { type: 'step.begin', step: 'look' })
    await must(run, { type: 'block.run', block: 'look/1' })
    await bench.settled(run, 'look/1')
    expect(await checked(run)).toEqual(['start'])
    await must(run, { type: 'step.begin', step: 'destroy' })
    await must(run, { type: 'approval.grant', block: 'destroy/1', by: 'Ada' })
    await must(run, { type: 'block.run', block: 'destroy/1' })
    await bench.settled(run, 'destroy/1')
    expect(await checked(run)).toEqual(['start', 'approval', 'point-of-no-return'])
    const started = (await bench.events(run)).findLast(({ type }) => type === 'block.started')
    const sizes = await bench.connection.request('runs.checkpoints', { run })
    expect(sizes.at(-1)?.size).toBe(started?.seq)
    await must(run, { type: 'run.pause' })
    await must(run, { type: 'run.resume' })
    await must(run, { type: 'run.finish' })
    expect(await checked(run)).toEqual([
      'start',
      'approval',
      'point-of-no-return',
      'pause',
      'close',
    ])
    const newest = await bench.connection.request('runs.checkpoints', { run })
    expect(newest.at(-1)?.size).toBe(linesOf(run).length)
  })

  it('are made when a role is handed over, not when it is only offered, and when an approval is refused', async () => {
    const run = await bench.start(bench.write('danger.md', DANGEROUS))
    await must(run, { type: 'role.offer', role: 'commander', to: 'Grace', brief: 'Look is next.' })
    expect(await checked(run)).toEqual(['start'])
    await must(run, { type: 'role.accept', role: 'commander', by: 'Grace' })
    expect(await checked(run)).toEqual(['start', 'handover'])
    const accepted = (await bench.events(run)).findLast(({ type }) => type === 'role.accepted')
    const checkpoints = await bench.connection.request('runs.checkpoints', { run })
    expect(checkpoints.at(-1)?.size).toBe(accepted?.seq)
    await must(run, { type: 'step.begin', step: 'look' })
    await must(run, { type: 'block.run', block: 'look/1' })
    await bench.settled(run, 'look/1')
    await must(run, { type: 'step.begin', step: 'destroy' })
    await must(run, {
      type: 'approval.refuse',
      block: 'destroy/1',
      by: 'Grace',
      reason: 'Not before the replica is caught up.',
    })
    expect(await checked(run)).toEqual(['start', 'handover', 'approval'])
  })

  it('are made at a suspension and at the return, and the tree goes on where it stood', async () => {
    const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
    await bench.reopen()
    await bench.connection.request('runs.open', { run, resume: true })
    await must(run, { type: 'run.abort', reason: 'enough' })
    await must(run, {
      type: 'report.edit',
      report: 'audit',
      field: 'owner',
      text: 'Ada',
    })
    expect(await checked(run)).toEqual(['start', 'suspend', 'reopen', 'close', 'afterwards'])
  })

  it('are made when a person asks for words, once for as many events', async () => {
    const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
    await must(run, { type: 'note.add', kind: 'note', text: 'Seen' })
    const first = await bench.connection.request('runs.checkpoint', { run })
    const second = await bench.connection.request('runs.checkpoint', { run })
    expect(first.checkpoint).toEqual(second.checkpoint)
    expect(first.checkpoint).toMatchObject({ size: 2, why: 'asked' })
    expect(first.checkpoint?.words).toHaveLength(8)
    expect(await checked(run)).toEqual(['start', 'asked'])
  })
})

describe('a witness', () => {
  it('holds the words of a checkpoint, also when the run has gone on since', async () => {
    const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
    const { checkpoint } = await bench.connection.request('runs.checkpoint', { run })
    if (checkpoint === undefined) throw new Error('nothing was signed')
    await must(run, { type: 'note.add', kind: 'note', text: 'Meanwhile' })
    const { size, head } = checkpoint
    const how = 'over the telephone'
    const witness = { type: 'checkpoint.witness', size, head, by: 'Grace', how } as const
    expect(await bench.command(run, witness)).toMatchObject({ ok: true })
    expect((await bench.state(run)).witnesses).toMatchObject([
      { size, head, kind: 'words', by: 'Grace', how },
    ])
    expect(await bench.command(run, { ...witness, by: ' ada ' })).toMatchObject({
      ok: false,
      code: 'own-witness',
    })
    expect(await bench.command(run, { ...witness, head: 'f'.repeat(64) })).toMatchObject({
      ok: false,
      code: 'no-checkpoint',
    })
  })
})

describe('the key of the device', () => {
  it('is a file for its owner only, and the same after a return', async () => {
    const [key, ...others] = await keyLines()
    expect(others).toEqual([])
    expect(key).toMatchObject({ keeper: 'file', current: true })
    expect(key?.words).toHaveLength(8)
    const file = join(bench.data, 'keys', 'device.pem')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await bench.reopen()
    expect(await keyLines()).toEqual([key])
  })

  it('is replaced with the word of the old one, and what that had signed still holds', async () => {
    const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
    const before = await keyLines()
    await bench.connection.request('device.replace-key', {})
    const [old, now] = await keyLines()
    expect(old).toMatchObject({ line: before[0]?.line, current: false })
    expect(old?.retiredAt).toBeGreaterThan(0)
    expect(now).toMatchObject({ current: true })
    await must(run, { type: 'run.abort', reason: 'enough' })
    expect(await checked(run)).toEqual(['start', 'close'])
    await bench.reopen()
    expect((await keyLines()).map(({ current }) => current)).toEqual([false, true])

    const database = new Database(join(bench.data, 'muster.db'), { readonly: true })
    const note = database
      .prepare<[string], Buffer>('select endorsement from device_key where line = ?')
      .pluck()
      .get(now?.line ?? '')
      ?.toString('utf8')
    database.close()
    const key = parseKey(now?.line ?? '', hash)
    const replaces = parseKey(old?.line ?? '', hash)
    if (key === undefined || replaces === undefined || note === undefined) throw new Error('no key')
    expect(verifyReplacement(note, { key, replaces }, { hash, verify })).toBe(true)
    expect(verifyReplacement(note, { key: replaces, replaces: key }, { hash, verify })).toBe(false)
    expect(
      verifyReplacement(note.replace('wall 1', 'wall 2'), { key, replaces }, { hash, verify }),
    ).toBe(false)
  })

  it('that cannot be read stops no run, and is said', async () => {
    const file = join(bench.data, 'keys', 'device.pem')
    const good = readFileSync(file)
    writeFileSync(file, 'rubbish')
    await bench.reopen()
    const run = await bench.start(bench.write('one.md', book(fence('bash run', 'true'))))
    const { checkpoint, notice } = await bench.connection.request('runs.checkpoint', { run })
    expect(checkpoint).toBeUndefined()
    expect(notice).toContain('Nothing is signed')
    writeFileSync(file, good)
    await bench.reopen()
    await bench.connection.request('runs.open', { run, resume: true })
    expect(await checked(run)).toEqual(['reopen'])
  })
})
