import { describe, expect, test } from 'vitest'
import { filledPath, readTransfer } from '../../../main/core/files/transfer.ts'
import { blocksOf } from '../../../main/core/runbook/model.ts'
import { saidOfSteps, stepOf } from './support/reading.ts'

/** A step that may change something, with one fence. */
function fence(info: string, ...lines: readonly string[]): string {
  return [
    '### S',
    '```yaml step',
    'on: replica',
    'risk: caution',
    '```',
    `\`\`\`yaml ${info}`,
    ...lines,
    '```',
    '',
  ].join('\n')
}

describe('13. Files', () => {
  test('F-13.1 an upload says from where to where, and that it is no safe thing', () => {
    const upload = fence('upload timeout=1m', 'from: app.conf', 'to: /etc/app.conf', 'mode: 0644')
    expect(saidOfSteps(upload)).toEqual([])
    expect(blocksOf(stepOf(upload))[0]).toMatchObject({
      verb: 'upload',
      executor: 'files',
      code: 'from: app.conf\nto: /etc/app.conf\nmode: 0644',
      timeoutMs: 60_000,
    })
    expect(saidOfSteps(upload.replace('risk: caution', 'risk: safe'))).toEqual(['upload-safe 6:1'])
    for (const lines of [
      ['from: a'],
      ['to: b'],
      ['from: a', 'to: b', 'mode: "999"'],
      ['from: a', 'to: b', 'sha256: abc'],
      ['from: a', 'to: b', 'owner: root'],
      ['from: [a, b]', 'to: c'],
      ['from: "a\\nb"', 'to: c'],
      ['just words'],
      ['- from: a'],
      ['from: &x a', 'to: *x'],
      ['from: "unclosed'],
    ])
      expect(saidOfSteps(fence('upload', ...lines)), lines.join(' ')).toEqual([
        'transfer-invalid 6:1',
      ])
    expect(saidOfSteps(fence('upload'))).toEqual(['block-empty 6:1'])
    expect(saidOfSteps(fence('upload capture=X', 'from: a', 'to: b'))).toEqual([
      'attribute-misplaced 6:16',
    ])
  })

  test('F-13.2 a download says from where, and what it is kept as', () => {
    expect(saidOfSteps(fence('download', 'from: /var/log/app.log'))).toEqual([])
    expect(
      saidOfSteps(fence('download', 'from: /var/log/app.log', 'name: app.log', 'max-mb: 500')),
    ).toEqual([])
    for (const lines of [['name: a'], ['from: a', 'max-mb: 0'], ['from: a', 'to: b']])
      expect(saidOfSteps(fence('download', ...lines))).toEqual(['transfer-invalid 6:1'])
    // A problem names the keys that there are.
    expect(readTransfer('download', 'from: a\nto: b')).toEqual({
      problem: '“to” is no key of download. It has from, name, sha256, max-mb.',
    })
  })

  test('F-13.3 a digest is 64 hexadecimal digits, in either case', () => {
    const digest = 'AB'.repeat(32)
    expect(readTransfer('download', `from: a\nsha256: ${digest}`)).toEqual({
      verb: 'download',
      download: { from: 'a', sha256: 'ab'.repeat(32) },
    })
  })

  test('F-13.4 values are parts of a name, and lead nowhere else', () => {
    const filled = (value: string) => filledPath('/var/log/{{ APP }}.log', { APP: value })
    expect(filled('orders')).toEqual({ path: '/var/log/orders.log' })
    expect(filled('a b; rm -rf ~')).toEqual({ path: '/var/log/a b; rm -rf ~.log' })
    for (const value of ['', '.', '..', '../etc', 'a/b', 'a\\b', 'a\nb', 'a\u0000'])
      expect(filled(value), JSON.stringify(value)).toHaveProperty('problem')
    expect(filledPath('{{OTHER}}', {})).toEqual({ problem: 'OTHER has no value.' })
    expect(saidOfSteps(fence('download', 'from: "/var/log/{{NOBODY}}"'))).toEqual([
      'name-undefined 6:1',
    ])
  })
})
