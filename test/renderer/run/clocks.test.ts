import { describe, expect, test } from 'vitest'
import { clockText, marginOf, urgencyOf } from '../../../renderer/features/run/model/duration.ts'

describe('clocks', () => {
  test('a clock counts whole seconds and shows hours only when there are any', () => {
    expect(clockText(247_999)).toBe('04:07')
    expect(clockText(3_847_000)).toBe('1:04:07')
    expect(clockText(-5)).toBe('00:00')
  })

  test('margin and urgency turn exactly at the allowance', () => {
    expect(marginOf(60_000, 60_000)).toEqual({ over: false, ms: 0, text: '00:00 left' })
    expect(marginOf(190_000, 60_000).text).toBe('02:10 over')
    expect(urgencyOf(47_999, 60_000)).toBe('calm')
    expect(urgencyOf(48_000, 60_000)).toBe('near')
    expect(urgencyOf(60_001, 60_000)).toBe('over')
  })
})
