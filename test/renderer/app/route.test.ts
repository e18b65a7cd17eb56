import { describe, expect, test } from 'vitest'
import { addressOf, routeOf, type Route } from '../../../renderer/app/route.ts'

const ROUTES: readonly Route[] = [
  { screen: 'library' },
  { screen: 'library', path: '/home/ann/run books/über #1?.md' },
  { screen: 'start', path: 'C:\\books\\fail over.md' },
  { screen: 'runs' },
  { screen: 'run', run: '20261120-abc' },
  { screen: 'run', run: '20261120-abc', step: 'fail over/ü' },
  { screen: 'verify' },
  { screen: 'verify', run: '20261120-abc' },
  { screen: 'evidence', run: '20261120-abc' },
  { screen: 'report', run: '20261120-abc' },
  { screen: 'report', run: '20261120-abc', report: 'after-action' },
  { screen: 'report', run: '20261120-abc', report: 'post-mortem', place: 'e12' },
  { screen: 'connections' },
  { screen: 'settings' },
]

describe('addresses', () => {
  test.each(ROUTES)('$screen goes there and back', (route) => {
    expect(routeOf(addressOf(route))).toEqual(route)
  })

  test.each(['', '#', '#/', '#/nowhere', '#/start', '#/library/%E0%A4%A', '#/../../etc'])(
    '%j leads to the library, not nowhere',
    (address) => {
      expect(routeOf(address).screen).toBe('library')
    },
  )
})
