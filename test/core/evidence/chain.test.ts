import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ChainVerifier,
  encodeEvent,
  GENESIS,
  verifyChain,
} from '../../../main/core/evidence/chain.ts'
import { planWith, Play, starting, step } from '../run/support/play.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

function log(): { line: string; hash: string }[] {
  const play = new Play().must(starting(planWith(step('one'))))
  for (let count = 0; count < 6; count++)
    play.must({ type: 'note.add', kind: 'note', text: `note ${count}` })
  return play.events.map((event) => ({ line: encodeEvent(event), hash: event.hash }))
}

function problems(entries: readonly { line: string; hash?: string }[]): readonly string[] {
  const verifier = new ChainVerifier('run-1', sha256)
  for (const { line, hash } of entries) verifier.add(line, hash)
  return verifier.report().problems.map(({ message }) => message)
}

describe('the chain', () => {
  it('of an untouched log holds', () => {
    expect(problems(log())).toEqual([])
  })

  it('ends in the hash of the last line', () => {
    const verifier = new ChainVerifier('run-1', sha256)
    const entries = log()
    for (const { line, hash } of entries) verifier.add(line, hash)
    expect(verifier.report()).toMatchObject({ events: 7, head: entries.at(-1)?.hash })
  })

  it.each([
    [
      'an edit',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) =>
          index === 3 ? { ...entry, line: entry.line.replace('note 2', 'note X') } : entry,
        ),
    ],
    [
      'an edit with its own hash recomputed',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => {
          const line = entry.line.replace('note 2', 'note X')
          return index === 3 ? { line, hash: sha256(line) } : entry
        }),
    ],
    [
      'a deletion',
      (entries: ReturnType<typeof log>) => entries.filter((_entry, index) => index !== 3),
    ],
    [
      'an insertion',
      (entries: ReturnType<typeof log>) =>
        entries.flatMap((entry, index) => (index === 3 ? [entry, entry] : [entry])),
    ],
    [
      'an exchange of two',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => entries[index === 3 ? 4 : index === 4 ? 3 : index] ?? entry),
    ],
    ['a cut beginning', (entries: ReturnType<typeof log>) => entries.slice(1)],
    [
      'an event of another run',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) =>
          index === 6 ? { ...entry, line: entry.line.replace('run-1', 'run-2') } : entry,
        ),
    ],
    [
      'something that is no event',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => (index === 2 ? { ...entry, line: 'nonsense' } : entry)),
    ],
  ])('with %s does not hold', (_what, tamper) => {
    expect(problems(tamper(log()))).not.toEqual([])
  })

  it('says where it was broken, once for each place', () => {
    const entries = log()
    const without = entries.filter((_entry, index) => index !== 3)
    const verifier = new ChainVerifier('run-1', sha256)
    for (const { line, hash } of without) verifier.add(line, hash)
    expect(verifier.report().problems).toEqual([
      { seq: 5, message: expect.stringContaining('stands where event 4 should be') },
      { seq: 5, message: expect.stringContaining('does not continue') },
    ])
  })

  it('any changed character of any line is found, and names that line or the next', () => {
    const entries = log()
    for (const [index, { line, hash }] of entries.entries()) {
      for (const at of [1, Math.floor(line.length / 2), line.length - 2]) {
        const changed = `${line.slice(0, at)}${line[at] === '0' ? '1' : '0'}${line.slice(at + 1)}`
        const verifier = new ChainVerifier('run-1', sha256)
        for (const [other, entry] of entries.entries())
          verifier.add(other === index ? changed : entry.line, other === index ? hash : entry.hash)
        expect(verifier.report().problems.length).toBeGreaterThan(0)
      }
    }
  })

  it('without stored hashes only the last line could be changed unnoticed, which the head tells', () => {
    const lines = log().map(({ line }) => line)
    const whole = verifyChain('run-1', lines, sha256)
    expect(whole).toMatchObject({ events: 7, problems: [] })
    const changed = verifyChain(
      'run-1',
      lines.map((line, index) => (index === 6 ? line.replace('note 5', 'note X') : line)),
      sha256,
    )
    expect(changed.problems).toEqual([])
    expect(changed.head).not.toBe(whole.head)
  })

  it('of nothing is the genesis', () => {
    expect(verifyChain('run-1', [], sha256)).toEqual({ events: 0, head: GENESIS, problems: [] })
    expect(GENESIS).toMatch(/^0{64}$/u)
  })

  it('a log that is wrong everywhere is described in bounded memory', () => {
    function* nonsense(): Generator<string> {
      for (let count = 0; count < 10_000; count++) yield 'nonsense'
    }
    const report = verifyChain('run-1', nonsense(), sha256)
    expect(report.events).toBe(10_000)
    expect(report.problems).toHaveLength(101)
  })

  it('the line of an event is everything but its hash', () => {
    const [first] = new Play().must(starting(planWith(step('one')))).events
    if (first === undefined) throw new Error('no event')
    const line = encodeEvent(first)
    const { hash, ...content } = first
    expect(JSON.parse(line)).toEqual(content)
    expect(line).not.toContain(hash)
    expect(sha256(line)).toBe(hash)
  })
})
