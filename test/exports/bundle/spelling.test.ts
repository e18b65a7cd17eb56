import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatReplacement } from '../../../main/core/evidence/device-key.ts'
import { formatKey, keyIdOf, parseNote, signNote } from '../../../main/core/evidence/signed-note.ts'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { exportBundle, NOTHING, performRun, tools } from './a-run.ts'
import { codesOf, filesOf, holderKey, startPython } from './both.ts'
import {
  checkpointSizes,
  eventsOf,
  holderOf,
  keyLine,
  linesOf,
  rewritten,
  strangerOf,
  type Event,
  type Files,
} from './variants.ts'

/**
 * What only the holder of the key can write: lines that mean something else to another reader of JSON, chained and signed as if
 * they were Muster's. Two verifiers that read one line differently are a forger's best friend: both refuse all of them, alike.
 */

let bench: Bench
let files: Files
let holder: ReturnType<typeof holderOf>
let python: ReturnType<typeof startPython>
beforeAll(async () => {
  bench = openBench()
  const kept = await performRun(bench)
  const zip = await exportBundle(bench, kept.run)
  files = await filesOf(zip)
  const folder = join(bench.data, 'unpacked')
  await promisify(execFile)('unzip', ['-q', zip, '-d', folder])
  const { name } = parseNote(kept.note)?.signatures[0] ?? { name: '' }
  holder = holderOf(name, holderKey(bench.data))
  python = startPython(folder, files)
})
afterAll(async () => {
  await python.close()
  await bench.close()
})

async function both(changed: Files): Promise<readonly string[]> {
  const codes = await codesOf(changed, NOTHING)
  expect(await python.codesOf(changed, NOTHING)).toEqual(codes)
  return codes
}

/** The event of the note, which is the first that a checkpoint in the middle is over. */
const noted = (): number => eventsOf(files).findIndex(({ type }) => type === 'note.added') + 1
const finished = (): number =>
  eventsOf(files).findIndex(({ type }) => type === 'block.finished') + 1

/** The whole run with one line spelt in another way; everything else fits. */
function respelt(seq: number, spell: (line: string) => string): Files {
  return rewritten(files, eventsOf(files), holder, (line, at) => {
    if (at !== seq) return line
    const other = spell(line)
    expect(other).not.toBe(line)
    return other
  })
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

const SPELLINGS: Readonly<Record<string, (line: string) => string>> = {
  'a name twice': (line) => line.replace('"actor":', '"actor":"Eve","actor":'),
  'a name twice, further in': (line) => line.replace('"text":', '"text":"Another.","text":'),
  'a whole number as a fraction': (line) => line.replace(/"wall":(\d+)/u, '"wall":$1.0'),
  'its number as a fraction': (line) => line.replace(/"seq":(\d+)/u, '"seq":$1.0'),
  'its number with an exponent': (line) => line.replace(/"seq":(\d+)/u, '"seq":$1e0'),
  'minus zero': (line) => line.replace(/"wall":\d+/u, '"wall":-0'),
  'a number that not every reader has': (line) =>
    line.replace(/"wall":\d+/u, '"wall":9007199254740993'),
  'a number of a thousand digits': (line) =>
    line.replace(/"wall":\d+/u, `"wall":${'9'.repeat(1000)}`),
  'a number of six thousand digits': (line) =>
    line.replace(/"wall":\d+/u, `"wall":${'9'.repeat(6000)}`),
  'no number': (line) => line.replace(/"wall":\d+/u, '"wall":NaN'),
  'a space': (line) => line.replace('"actor":', '"actor": '),
  'a tab at the end': (line) => `${line}\t`,
  'a carriage return at the end': (line) => `${line}\r`,
  'members in another order': (line) => line.replace(/^\{("actor":"[^"]*"),(.*)\}$/u, '{$2,$1}'),
  'an escaped letter': (line) => line.replace('It goes', '\\u0049t goes'),
  'an escaped slash': (line) => line.replace('It goes', 'It\\/goes'),
  'a mark at the beginning': (line) => `\ufeff${line}`,
  'half a character': (line) => line.replace('It goes', '\\ud800 goes'),
  'half a character in a name': (line) => line.replace('{"actor"', '{"\\ud800":1,"actor"'),
  'one level too deep': (line) => line.replace('{"actor"', `{"a":${deep(41)},"actor"`),
  'five hundred levels': (line) => line.replace('{"actor"', `{"a":${deep(500)},"actor"`),
  'five thousand levels': (line) => line.replace('{"actor"', `{"a":${deep(5000)},"actor"`),
  'a hundred thousand levels': (line) => line.replace('{"actor"', `{"a":${deep(100_000)},"actor"`),
  'an end inside': (line) => line.replace('It goes', 'It\u0000goes'),
}

describe('a line that Muster would not write', () => {
  it('is not there at first, and a rewritten run holds', async () => {
    expect(await both(files)).toEqual([])
    expect(await both(rewritten(files, eventsOf(files), holder))).toEqual([])
  })

  it.each(Object.entries(SPELLINGS))('has %s', async (_what, spell) => {
    expect(await both(respelt(noted(), spell))).toContain('chain')
  })

  it('has the size of an output as a fraction', async () => {
    const spell = (line: string): string => line.replace(/"bytes":(\d+)/u, '"bytes":$1.0')
    expect(await both(respelt(finished(), spell))).toContain('chain')
  })

  it('has a member that other readers take for a prototype', async () => {
    const line = linesOf(files)[noted() - 1] ?? ''
    const { data }: Event = JSON.parse(line)
    const spell = (other: string): string =>
      other
        .replace(
          '{"actor"',
          `{"__proto__":{"data":${JSON.stringify(data)},"type":"run.finished"},"actor"`,
        )
        .replace('"type":"note.added"', '"typf":"note.added"')
    // It is canonical, so it is one more member that means nothing, to both.
    expect(await both(respelt(noted(), spell))).toEqual([])
  })

  it('has the same letters in another form, which are other bytes, and so another run', async () => {
    const respell = (text: string): Files =>
      rewritten(
        files,
        eventsOf(files).map((event) =>
          event['type'] === 'note.added' ? { ...event, actor: text } : event,
        ),
        holder,
      )
    const [composed, decomposed] = [respell('Zo\u00eb'), respell('Zoe\u0308')]
    expect(await both(composed)).toEqual([])
    expect(await both(decomposed)).toEqual([])
    expect(linesOf(composed).at(-1)).not.toBe(linesOf(decomposed).at(-1))
  })

  it('names members beyond the first plane in the order of RFC 8785, and in no other', async () => {
    const named = (line: string): string =>
      line.replace('{"actor"', '{"\ud83d\ude00":1,"\ufb33":2,"actor"')
    const wrong = (line: string): string =>
      line.replace('{"actor"', '{"\ufb33":2,"\ud83d\ude00":1,"actor"')
    // Both stand after "actor"; what counts is their order among themselves.
    const last = (spell: (line: string) => string) => (line: string) => {
      const members = spell(line).slice(1, spell(line).indexOf('"actor"'))
      return line.replace(/\}$/u, `,${members.slice(0, -1)}}`)
    }
    expect(await both(respelt(noted(), last(named)))).toEqual([])
    expect(await both(respelt(noted(), last(wrong)))).toContain('chain')
  })
})

describe('a note that Muster would not write', () => {
  it('is a replacement of the key whose time has more digits than a number', async () => {
    const next = strangerOf(holder.key.name)
    const text = formatReplacement({ key: next.key, replaces: holder.key, wall: 7 }, tools.hash)
    for (const [wall, code] of [
      ['7', []],
      ['007', ['key']],
      ['9999999999999999', ['key']],
    ] as const) {
      const note = signNote(text.replace('wall 7', `wall ${wall}`), [next, holder], tools.hash)
      const changed = new Map(files)
      changed.set('keys/2.key', Buffer.from(`${keyLine(next)}\n`))
      changed.set('keys/2.endorsement', Buffer.from(note))
      expect(await both(changed)).toEqual(code)
    }
  })

  it.each(['\ufeff', '\u001c', '\u0085', '\u00a0', 'é'])(
    'has a key with %j in its name',
    async (character) => {
      const stranger = strangerOf(`muster/x${character}y`)
      const changed = new Map(files)
      changed.set('keys/2.key', Buffer.from(`${keyLine(stranger)}\n`))
      await both(changed)
    },
  )

  it('vouches twice with one key, once rightly and once not', async () => {
    const other = strangerOf('muster/other')
    const size = checkpointSizes(files).at(-1) ?? 0
    const last = eventsOf(files).at(-1) ?? {}
    const note = files.get(`checkpoints/${size}.note`)?.toString('utf8') ?? ''
    const text = parseNote(note)?.text ?? ''
    const [good = ''] = signNote(text, [other], tools.hash).split('\n').slice(-2)
    const [bad = ''] = signNote('something else\n', [other], tools.hash).split('\n').slice(-2)
    const witness = (signature: string, key = formatKey(other.key, tools.hash)): Files => {
      const { head = '' } = /\nhead (?<head>[0-9a-f]{64})\n/u.exec(text)?.groups ?? {}
      const event = {
        ...last,
        type: 'checkpoint.countersigned',
        data: { size, head, by: 'Other', kind: 'muster', key, signature },
      }
      return rewritten(files, [...eventsOf(files), event], holder)
    }
    expect(await both(witness(good))).toEqual([])
    expect(await both(witness(bad))).toEqual(['witness'])
    expect(await both(witness(`${good}\n${bad}`))).toEqual(['witness'])
    // A name that has no bytes.
    const id = Buffer.from(keyIdOf(other.key, tools.hash)).toString('hex')
    const half = `mus\ud800ter+${id}+${Buffer.concat([Buffer.of(1), other.key.key]).toString('base64')}`
    const [line = ''] = linesOf(witness(good)).slice(-1)
    expect(line).toContain('countersigned')
    const spelt = rewritten(files, [...eventsOf(files), JSON.parse(line)], holder, (text_) =>
      text_.replace(/"key":"[^"]*"/u, `"key":"${half.replace('\ud800', '\\ud800')}"`),
    )
    expect(await both(spelt)).toContain('chain')
  })
})
