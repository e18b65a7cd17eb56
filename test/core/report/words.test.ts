import { describe, expect, test } from 'vitest'
import type { EventBody, Outcome, RunEvent } from '../../../main/core/run/events.ts'
import { EVENT_TYPES, runEventSchema } from '../../../main/core/run/events.ts'
import { bytesText, durationText, utcText } from '../../../main/core/report/duration.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import { entryOf, filterTimeline } from '../../../main/core/report/timeline.ts'
import {
  expectationTexts,
  gateSummary,
  outcomeResult,
  outcomeText,
} from '../../../main/core/report/words.ts'
import { plan } from '../../renderer/run/plan-fixture.ts'

const names = namesOf(plan)
const blob = { sha256: 'a'.repeat(64), bytes: 3, content: 'b'.repeat(64) }

function event(body: EventBody, actor = 'Ann', seq = 1): RunEvent {
  return {
    v: 1,
    seq,
    run: 'run-1',
    device: 'd',
    wall: 1_700_000_000_000,
    mono: 1,
    boot: 'b',
    prev: '0'.repeat(64),
    hash: '1'.repeat(64),
    actor,
    ...body,
  }
}

const outcome: Outcome = { kind: 'exited', code: 1 }
const started = {
  step: 'promote',
  block: 'promote/1',
  attempt: 1,
  verb: 'run',
  language: 'bash',
  target: 'laptop',
  text: 'date',
} as const

/** One of each kind of event, and the words its sentence must have. */
const SAMPLES: readonly (readonly [EventBody, string])[] = [
  [
    {
      type: 'run.started',
      data: {
        mode: 'live',
        plan,
        runbook: { path: 'x', sha256: 'y', source: blob },
        commander: 'Ann',
        inputs: {},
        secretInputs: [],
        severity: 'SEV1',
        version: '1',
      },
    },
    'Ann started the run, live; SEV1.',
  ],
  [
    {
      type: 'checkpoint.witnessed',
      data: { size: 7, head: 'a'.repeat(64), by: 'Bea', how: 'over the telephone' },
    },
    'Bea took down the words of the record as it was after event 7.',
  ],
  [
    {
      type: 'checkpoint.countersigned',
      data: { size: 7, head: 'a'.repeat(64), kind: 'ssh', by: 'Bea', key: 'k', signature: 's' },
    },
    'Bea signed the record as it was after event 7, with an SSH key.',
  ],
  [
    {
      type: 'output.redacted',
      data: { event: 4, sha256: 'a'.repeat(64), kind: 'personal', reason: 'a name' },
    },
    'Ann took an output of event 4 out of the record: it had personal data in it.',
  ],
  [{ type: 'run.paused', data: { reason: 'lunch' } }, 'Ann paused the run.'],
  [{ type: 'run.resumed', data: {} }, 'Ann resumed the run.'],
  [{ type: 'run.suspended', data: {} }, 'Muster was closed while the run was open.'],
  [
    { type: 'run.reopened', data: { after: 'crash' } },
    'The run was opened again after Muster had ended without closing it.',
  ],
  [
    { type: 'run.finished', data: { open: ['close'], reason: 'done' } },
    'Ann finished the run with 1 step still open.',
  ],
  [
    { type: 'run.aborted', data: { reason: 'wrong', inFlight: ['promote/1'] } },
    'Ann aborted the run while command 1 of “Promote the replica” was running.',
  ],
  [
    {
      type: 'step.begun',
      data: { step: 'promote', outOfOrder: { reason: 'r', unmet: ['assess'] } },
    },
    'Ann began “Promote the replica” out of order, before “Assess”.',
  ],
  [
    { type: 'step.finished', data: { step: 'promote', outcome: 'done', basis: 'gates' } },
    '“Promote the replica” is done: nothing in it is open any more.',
  ],
  [
    { type: 'step.skipped', data: { step: 'promote', reason: 'r' } },
    'Ann skipped “Promote the replica”.',
  ],
  [
    { type: 'step.not-needed', data: { step: 'promote', decision: 'assess', option: 'wait' } },
    '“Promote the replica” is not needed: “Assess” was decided as “Wait”.',
  ],
  [
    { type: 'step.reopened', data: { step: 'promote', reason: 'r' } },
    'Ann opened “Promote the replica” again.',
  ],
  [
    { type: 'block.started', data: { ...started, attempt: 2, edited: { reason: 'typo' } } },
    'Ann ran again command 1 of “Promote the replica” on laptop, edited (attempt 2): date',
  ],
  [
    {
      type: 'block.finished',
      data: {
        step: 'promote',
        block: 'promote/1',
        attempt: 1,
        outcome,
        passed: false,
        gates: [{ gate: 'exit', passed: false, wanted: '0', seen: '1' }],
        durationMs: 1500,
        stdout: blob,
      },
    },
    'Command 1 of “Promote the replica” failed: it exited with code 1 after 1.5 s (0 of 1 gate passed; not exit code).',
  ],
  [
    {
      type: 'block.batch-started',
      data: {
        step: 'promote',
        block: 'promote/1',
        attempt: 1,
        batch: 2,
        hosts: ['web-1', 'web-2'],
      },
    },
    'Batch 2 of command 1 of “Promote the replica” began on web-1, web-2.',
  ],
  [
    {
      type: 'block.host-finished',
      data: {
        step: 'promote',
        block: 'promote/1',
        attempt: 1,
        host: 'web-1',
        outcome: { kind: 'exited', code: 1 },
        passed: false,
        gates: [{ gate: 'exit', passed: false, wanted: 'exit 0', seen: 'exit 1' }],
        durationMs: 1500,
      },
    },
    'web-1: Command 1 of “Promote the replica” failed: it exited with code 1 after 1.5 s (0 of 1 gate passed; not exit code).',
  ],
  [
    {
      type: 'block.stopping',
      data: { step: 'promote', block: 'promote/1', attempt: 1, rung: 'interrupt' },
    },
    'Ann interrupted command 1 of “Promote the replica”.',
  ],
  [
    {
      type: 'block.resolved',
      data: { step: 'promote', block: 'promote/1', attempt: 1, as: 'done', reason: 'saw it' },
    },
    'Ann settled command 1 of “Promote the replica” as done.',
  ],
  [
    { type: 'item.confirmed', data: { step: 'assess', item: 'assess/item-1' } },
    'Ann confirmed: Open the call',
  ],
  [
    { type: 'item.unconfirmed', data: { step: 'assess', item: 'assess/item-1' } },
    'Ann took back: Open the call',
  ],
  [
    {
      type: 'approval.granted',
      data: { step: 'promote', block: 'promote/1', by: 'Ben', target: 'laptop', text: 'date' },
    },
    'Ben approved command 1 of “Promote the replica” on laptop.',
  ],
  [
    {
      type: 'approval.refused',
      data: {
        step: 'promote',
        block: 'promote/1',
        by: 'Ben',
        target: 'laptop',
        text: 'date',
        reason: 'no',
      },
    },
    'Ben refused command 1 of “Promote the replica” on laptop.',
  ],
  [
    {
      type: 'decision.made',
      data: { step: 'assess', option: 'wait', reason: 'lag', objections: 'Ben' },
    },
    'Ann decided “Assess”: “Wait”.',
  ],
  [
    {
      type: 'inject.given',
      data: {
        inject: 2,
        fault: 'The primary\nloses power.',
        expected: 'The replica is promoted',
        atMs: 600_000,
        note: 'By telephone.',
      },
    },
    'Ann gave inject 2: The primary loses power. Expected: The replica is promoted.',
  ],
  [
    { type: 'severity.changed', data: { from: 'SEV2', to: 'SEV1' } },
    'Ann changed the severity from SEV2 to SEV1.',
  ],
  [
    {
      type: 'role.offered',
      data: { role: 'commander', from: 'Ann', to: 'Ben', brief: 'all calm' },
    },
    'Ann offered the role of commander to Ben.',
  ],
  [
    {
      type: 'attachment.added',
      data: {
        name: 'app.log',
        mediaType: 'text/plain',
        blob,
        sha256: 'a'.repeat(64),
        size: 2048,
        source: {
          step: 'promote',
          block: 'promote/1',
          attempt: 1,
          host: 'web-1',
          path: '/var/log/app.log',
        },
      },
    },
    '“app.log” is kept with the run: 2.0 kB, from /var/log/app.log on web-1.',
  ],
  [
    {
      type: 'block.batch-checked',
      data: {
        step: 'promote',
        block: 'promote/1',
        attempt: 1,
        batch: 2,
        check: 'promote/2',
        passed: false,
        hosts: [
          { host: 'web-1', outcome, gates: [], durationMs: 5, passed: false },
          { host: 'web-2', outcome, gates: [], durationMs: 5, passed: true },
        ],
      },
    },
    'After batch 2 of command 1 of “Promote the replica”, check 2 of “Promote the replica” did not pass on web-1: no further batch starts.',
  ],
  [
    {
      type: 'report.edited',
      data: { report: 'post-mortem', field: 'impact', text: 'Nobody could pay.' },
    },
    'Ann wrote “Impact” of the post-mortem.',
  ],
  [
    { type: 'report.moved', data: { report: 'audit', from: 'draft', to: 'in-review' } },
    'Ann moved the audit record from draft to in review.',
  ],
  [
    { type: 'timeline.pinned', data: { event: 12, pinned: true } },
    'Ann put event 12 into the summary.',
  ],
  [{ type: 'role.accepted', data: { role: 'commander', by: 'Ben' } }, 'Ben is now commander.'],
  [{ type: 'note.added', data: { kind: 'todo', text: 'call them' } }, 'Ann noted to do:'],
  [
    { type: 'rollback.begun', data: { step: 'promote', reason: 'r' } },
    'Ann began to roll back “Promote the replica”.',
  ],
  [
    { type: 'rollback.finished', data: { step: 'promote', outcome: 'done' } },
    'The rollback of “Promote the replica” is done.',
  ],
  [
    { type: 'terminal.opened', data: { terminal: 't1', target: 'laptop' } },
    'Ann opened a terminal on laptop.',
  ],
  [
    {
      type: 'terminal.closed',
      data: {
        terminal: 't1',
        target: 'laptop',
        outcome: { kind: 'exited', code: 0 },
        durationMs: 60_000,
      },
    },
    'The terminal on laptop closed after 1 min; it exited with code 0.',
  ],
]

describe('sentences', () => {
  test('there is a sample for every type of event, and each is a valid event', () => {
    expect(new Set(SAMPLES.map(([body]) => body.type))).toEqual(new Set(EVENT_TYPES))
    for (const [body] of SAMPLES) expect(runEventSchema.safeParse(event(body)).success).toBe(true)
  })

  test.each(SAMPLES.map(([body, words]) => [body.type, body, words] as const))(
    '%s',
    (_type, body, words) => {
      expect(entryOf(event(body), names, utcText).text).toBe(words)
    },
  )

  test('words that a person gave are kept apart and whole', () => {
    const decided = entryOf(
      event({
        type: 'decision.made',
        data: { step: 'assess', option: 'wait', reason: 'lag', objections: 'Ben' },
      }),
      names,
      utcText,
    )
    expect(decided.quote).toBe('lag\nObjections: Ben')
  })

  test('what was stopped or lost is not called a failure: it may have taken effect', () => {
    const finished = (verb: 'run' | 'check', given: Outcome) =>
      entryOf(
        event({
          type: 'block.finished',
          data: {
            step: 'promote',
            block: verb === 'run' ? 'promote/1' : 'promote/2',
            attempt: 1,
            outcome: given,
            passed: false,
            gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: 'was stopped' }],
            durationMs: 2000,
          },
        }),
        names,
        utcText,
      )
    expect(finished('run', { kind: 'cancelled' })).toMatchObject({
      text: 'Command 1 of “Promote the replica” ended without a known result: it was cancelled after 2.0 s, and whether it took effect is not known.',
      tone: 'unknown',
    })
    expect(finished('check', { kind: 'cancelled' })).toMatchObject({
      text: 'Check 2 of “Promote the replica” failed: it was cancelled after 2.0 s.',
      tone: 'bad',
    })
    expect(finished('check', { kind: 'timed-out', afterMs: 1000 }).text).toBe(
      'Check 2 of “Promote the replica” failed: it timed out after 1.0 s.',
    )
    expect(finished('run', { kind: 'unknown', detail: 'Muster stopped.' }).text).toBe(
      'Command 1 of “Promote the replica” ended, nobody knows how: Muster stopped.',
    )
  })

  test('going back on something says on what', () => {
    const decided = entryOf(
      event({
        type: 'decision.made',
        data: { step: 'assess', option: 'wait', instead: 'promote-now', reason: 'lag' },
      }),
      names,
      utcText,
    )
    expect(decided).toMatchObject({
      text: 'Ann decided “Assess” anew: “Wait” instead of “Promote now”.',
      groups: ['people', 'deviations'],
    })
    const reopened = event({
      type: 'step.reopened',
      data: { step: 'assess', reason: 'r', undecided: true },
    })
    expect(entryOf(reopened, names, utcText).text).toBe(
      'Ann opened “Assess” again, and its decision with it.',
    )
    const back = event({
      type: 'rollback.begun',
      data: { step: 'promote', reason: 'r', later: ['close'] },
    })
    expect(entryOf(back, names, utcText).text).toBe(
      'Ann began to roll back “Promote the replica” before “Close”.',
    )
  })

  test('a long command is shown by its first line', () => {
    const long = entryOf(
      event({ type: 'block.started', data: { ...started, text: `${'x'.repeat(200)}\nmore` } }),
      names,
      utcText,
    )
    expect(long.text.length).toBeLessThan(150)
    expect(long.text.endsWith('…')).toBe(true)
  })

  test('filters: a failed block is a command and a deviation; a note is of people', () => {
    const entries = SAMPLES.map(([body], index) =>
      entryOf(event(body, 'Ann', index + 1), names, utcText),
    )
    const types = (filter: 'people' | 'commands' | 'deviations') =>
      filterTimeline(entries, filter).map((entry) => entry.type)
    expect(types('deviations')).toContain('block.finished')
    expect(types('deviations')).toContain('step.skipped')
    expect(types('deviations')).not.toContain('note.added')
    expect(types('people')).toContain('note.added')
    expect(types('commands')).toContain('terminal.opened')
    expect(filterTimeline(entries, 'all')).toHaveLength(SAMPLES.length)
  })
})

describe('outcomes and gates', () => {
  test.each<[Outcome, string]>([
    [{ kind: 'exited', code: 3 }, 'exited with code 3'],
    [{ kind: 'responded', status: 503 }, 'answered with status 503'],
    [{ kind: 'responded' }, 'answered'],
    [{ kind: 'signalled', signal: 'SIGKILL' }, 'was ended by SIGKILL'],
    [{ kind: 'timed-out', afterMs: 120_000 }, 'timed out after 2 min'],
    [{ kind: 'cancelled' }, 'was cancelled'],
    [{ kind: 'disconnected', detail: 'reset' }, 'lost its connection: reset'],
    [{ kind: 'not-started', detail: 'no such file' }, 'was not started: no such file'],
    [{ kind: 'unknown', detail: 'crash' }, 'has an unknown outcome: crash'],
  ])('%o', (given, words) => {
    expect(outcomeText(given)).toBe(words)
  })

  test('a file arrives, and does not answer', () => {
    const responded = { kind: 'responded' } as const
    expect(outcomeResult('passed', responded, 1200, 'upload')).toBe(
      'Passed: every byte arrived after 1.2 s',
    )
    expect(outcomeResult('failed', responded, 1200, 'download')).toBe(
      'Failed: the transfer ended after 1.2 s',
    )
    expect(outcomeResult('passed', responded, 1200, 'check')).toBe(
      'Passed: it answered after 1.2 s',
    )
  })

  test('doubt is said once where what was in flight says it', () => {
    const lost = (detail: string): string =>
      outcomeResult('unknown', { kind: 'disconnected', detail }, 500)
    expect(lost('reset.')).toBe(
      'Ended without a known result: it lost its connection after 500 ms, and whether it took effect is not known: reset',
    )
    expect(lost('Line 2: whether it took effect is not known.')).toBe(
      'Ended without a known result: it lost its connection after 500 ms: Line 2: whether it took effect is not known',
    )
  })

  test('a summary names what did not pass', () => {
    expect(gateSummary([])).toBeUndefined()
    expect(
      gateSummary([
        { gate: 'exit', passed: true, wanted: '0', seen: '0' },
        { gate: 'expect', passed: false, wanted: 'x', seen: 'y' },
        { gate: 'expect', passed: false, wanted: 'z', seen: 'y' },
      ]),
    ).toBe('1 of 3 gates passed; not output')
  })

  test('expectations in words: what is written, else the default of the executor', () => {
    const [promote, check] = plan.steps[1]?.blocks ?? []
    expect(promote && expectationTexts(promote)).toEqual([{ says: 'Exits with code 0' }])
    expect(check && expectationTexts(check)).toEqual([
      { says: 'Rows are', text: '[{ "recovering": false }]' },
      { says: 'Asked again every 2.0 s until it passes, for at most 1 min' },
    ])
  })
})

describe('durations and sizes', () => {
  test.each([
    [0, '0 ms'],
    [420, '420 ms'],
    [1_449, '1.4 s'],
    [9_999, '9.9 s'],
    [12_345, '12 s'],
    [200_000, '3 min 20 s'],
    [3_900_000, '1 h 05 min'],
    [183_600_000, '2 d 3 h'],
  ])('%d ms reads %s', (ms, words) => {
    expect(durationText(ms)).toBe(words)
  })

  test('UTC and bytes', () => {
    expect(utcText(0)).toBe('1970-01-01 00:00:00 UTC')
    expect(bytesText(1)).toBe('1 byte')
    expect(bytesText(12_400)).toBe('12.4 kB')
    expect(bytesText(104_857_600)).toBe('104.9 MB')
  })
})
