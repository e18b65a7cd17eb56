import { expect, test } from 'vitest'
import { droppedPath } from '../../../renderer/features/library/dropped-path.ts'

const nothing = { uris: '', text: '', file: undefined }

test.each([
  [
    { ...nothing, uris: '# a comment\r\nfile:///home/ann/run%20books/a.md' },
    '/home/ann/run books/a.md',
  ],
  [{ ...nothing, uris: 'file:///C:/books/a.md' }, 'C:/books/a.md'],
  [{ ...nothing, text: ' /home/ann/a.md\n' }, '/home/ann/a.md'],
  [{ ...nothing, text: 'C:\\books\\a.md' }, 'C:\\books\\a.md'],
])('%j lies at %s', (dropped, path) => {
  expect(droppedPath(dropped)).toEqual({ path })
})

test('a desktop window is told where the file lies', () => {
  const dropped = { ...nothing, uris: 'file:///elsewhere.md', file: 'a.md', path: '/home/ann/a.md' }
  expect(droppedPath(dropped)).toEqual({ path: '/home/ann/a.md' })
})

test('a browser that hides the folder: the name is kept, and what to do is said', () => {
  expect(droppedPath({ ...nothing, file: 'a.md' })).toEqual({
    path: 'a.md',
    problem: expect.stringContaining('Write the folder before its name'),
  })
})

test.each([
  [{ ...nothing, uris: 'https://example.com/a.md' }],
  [{ ...nothing, text: 'two\n/lines' }],
  [nothing],
])('%j is no file', (dropped) => {
  expect(droppedPath(dropped)).toEqual({ problem: expect.stringContaining('not a file') })
})
