import { expect, test } from 'vitest'
import {
  briefOutcome,
  fingerprintParts,
  longDetail,
  restOfDetail,
} from '../../../renderer/features/run/model/outcome-detail.ts'

const LONG =
  'The key of db is not the one that is known. It shows ssh-ed25519 SHA256:efzmHSxfai3e6yuqk79ukVV2U/qvbvDSO3bf72If6J4; known is ssh-ed25519 SHA256:Fb7ubnUWvHkuysoVxRpSay9EGMvEktNypXcnTzs0ynU from known_hosts:1. Nothing was sent.'

test('a short reason stays in its sentence', () => {
  const outcome = { kind: 'not-started', detail: 'There is no such file.' } as const
  expect(longDetail(outcome)).toBeUndefined()
  expect(briefOutcome(outcome)).toBe(outcome)
  expect(longDetail({ kind: 'exited', code: 1 })).toBeUndefined()
})

test('of a long reason the sentence has the beginning, and the whole stands apart', () => {
  const outcome = { kind: 'not-started', detail: LONG } as const
  expect(longDetail(outcome)).toBe(LONG)
  expect(briefOutcome(outcome)).toEqual({
    kind: 'not-started',
    detail: 'The key of db is not the one that is known',
  })
  expect(restOfDetail(outcome)).toBe(LONG.slice(LONG.indexOf('It shows')))
  expect(restOfDetail({ kind: 'unknown', detail: 'x'.repeat(300) })).toBe('x'.repeat(300))
  expect(briefOutcome({ kind: 'unknown', detail: 'x'.repeat(300) })).toMatchObject({
    detail: 'the reason stands below',
  })
})

test('fingerprints are taken apart, and no character is lost', () => {
  const parts = fingerprintParts(LONG)
  expect(parts.map(({ text }) => text).join('')).toBe(LONG)
  expect(parts.filter(({ fingerprint }) => fingerprint).map(({ text }) => text)).toEqual([
    'SHA256:efzmHSxfai3e6yuqk79ukVV2U/qvbvDSO3bf72If6J4',
    'SHA256:Fb7ubnUWvHkuysoVxRpSay9EGMvEktNypXcnTzs0ynU',
  ])
})
