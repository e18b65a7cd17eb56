import { expect, test } from 'vitest'
import { withEnding } from '../../../renderer/ui/export/place.ts'

test('the ending of the former format gives way to that of the new one, and the other file is asked about anew', () => {
  expect(withEnding({ path: '/tmp/report.html', replace: true }, 'html', 'pdf')).toEqual({
    path: '/tmp/report.pdf',
    replace: false,
  })
  expect(withEnding({ path: 'C:\\reports\\A.HTML ', replace: false }, 'html', 'xml').path).toBe(
    'C:\\reports\\A.xml',
  )
})

test.each([
  ['', 'html', 'pdf'],
  ['/tmp/report', 'html', 'pdf'],
  ['/tmp/report.txt', 'html', 'pdf'],
  ['/tmp/reporthtml', 'html', 'pdf'],
  ['/tmp/report.html', 'html', 'html'],
  // Nothing but an ending is a name of the person's own.
  ['/tmp/.html', 'html', 'pdf'],
  ['C:\\tmp\\.html', 'html', 'pdf'],
  ['.html', 'html', 'pdf'],
])('%j stays as it is from %s to %s', (path, before, after) => {
  const place = { path, replace: true }
  expect(withEnding(place, before, after)).toBe(place)
})
