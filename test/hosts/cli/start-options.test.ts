import { describe, expect, test } from 'vitest'
import {
  declaredAtOf,
  exposedSecrets,
  inputsOf,
  modeOf,
  severityOf,
} from '../../../main/hosts/cli/run/start-options.ts'
import { readLine } from '../../../main/hosts/cli/run/verbs.ts'

describe('when the outage was declared', () => {
  const now = new Date(2026, 10, 20, 14, 30).getTime()

  test.each([
    [undefined, undefined],
    ['14:05', new Date(2026, 10, 20, 14, 5).getTime()],
    ['9:00', new Date(2026, 10, 20, 9, 0).getTime()],
    // Later than now is yesterday: the pager rang before midnight.
    ['23:50', new Date(2026, 10, 19, 23, 50).getTime()],
    ['20m', now - 20 * 60_000],
    ['-1h30m', now - 90 * 60_000],
    ['20m ago', now - 20 * 60_000],
    ['2026-11-20T12:00:00Z', Date.UTC(2026, 10, 20, 12)],
  ])('%s', (text, wanted) => {
    expect(declaredAtOf(text, now)).toBe(wanted)
  })

  test.each(['25:00', 'yesterday', '2026', '12', ''])('not %j', (text) => {
    expect(() => declaredAtOf(text, now)).toThrow('--declared-at')
  })

  test('not in the future', () => {
    expect(() => declaredAtOf('2027-01-01T00:00:00Z', now)).toThrow('is in the future')
  })
})

test('mode and severity', () => {
  expect(modeOf(undefined)).toBe('live')
  expect(modeOf('walkthrough')).toBe('walkthrough')
  expect(() => modeOf('dril')).toThrow('Did you mean “drill”?')
  expect(severityOf('sev2')).toBe('SEV2')
  expect(severityOf('1')).toBe('SEV1')
  expect(() => severityOf('high')).toThrow('SEV1, SEV2, SEV3, SEV4')
})

test('inputs from the command line and from the environment', () => {
  expect(inputsOf(['A=1', 'B=x=y', 'C=', 'D'], { D: 'from outside' })).toEqual({
    A: '1',
    B: 'x=y',
    C: '',
    D: 'from outside',
  })
  expect(() => inputsOf(['A=1', 'A=2'], {})).toThrow('given twice')
  expect(() => inputsOf(['A-B=1'], {})).toThrow('NAME=VALUE')
  expect(() => inputsOf(['E'], {})).toThrow('which has no E')
})

test('which secrets stood on the command line', () => {
  const range = { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
  const declarations = [
    { name: 'A', label: 'A', required: true, secret: true, range },
    { name: 'B', label: 'B', required: true, secret: false, range },
  ]
  expect(exposedSecrets(['A=x', 'B=y'], declarations)).toEqual(['A'])
  expect(exposedSecrets(['A', 'B=y'], declarations)).toEqual([])
})

test('the words of an operator', () => {
  expect(readLine('  ')).toBeUndefined()
  expect(readLine('r')).toEqual({ verb: 'run', rest: '' })
  expect(readLine(' Skip  the disk is full ')).toEqual({ verb: 'skip', rest: 'the disk is full' })
  expect(readLine('quit')).toEqual({ verb: 'stop', rest: '' })
  expect(readLine('?')).toEqual({ verb: 'help', rest: '' })
  expect(readLine('confrim')).toEqual({ verb: undefined, word: 'confrim', near: 'confirm' })
  expect(readLine('constructor')).toMatchObject({ verb: undefined })
})
