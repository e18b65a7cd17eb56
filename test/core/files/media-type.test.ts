import { describe, expect, it } from 'vitest'
import {
  BINARY,
  falseClaim,
  mediaTypeOf,
  mediaTypeWords,
  signatureOf,
  TEXT,
} from '../../../main/core/files/media-type.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('the type of a file', () => {
  it.each([
    ['\u0089PNG\r\n\u001A\n', 'image/png'],
    ['\u00FF\u00D8\u00FF\u00E0', 'image/jpeg'],
    ['GIF87a', 'image/gif'],
    ['GIF89a', 'image/gif'],
    ['RIFF\u0001\u0002\u0003\u0004WEBPVP8 ', 'image/webp'],
    ['%PDF-1.7', 'application/pdf'],
    ['PK\u0003\u0004', 'application/zip'],
    ['PK\u0005\u0006', 'application/zip'],
    ['\u001F\u008B\u0008', 'application/gzip'],
    ['(\u00B5/\u00FD', 'application/zstd'],
    ['\u00FD7zXZ\u0000', 'application/x-xz'],
    ['BZh9', 'application/x-bzip2'],
    ['\u007FELF', 'application/x-elf'],
  ])('is told by its signature: %j', (text, type) => {
    expect(signatureOf(bytes(text))).toBe(type)
    expect(mediaTypeOf(bytes(text))).toBe(type)
    // A beginning that ends in the middle of it is none.
    expect(signatureOf(bytes(text).subarray(0, 1))).toBeUndefined()
  })

  it('is never picture, document or program because it says so in text', () => {
    for (const text of ['<svg onload="alert(1)"/>', '<!doctype html>', '#!/bin/sh', 'RIFF1234AVI '])
      expect(mediaTypeOf(bytes(text))).toBe(TEXT)
    expect(mediaTypeOf(bytes('MZ\u0000\u0001'))).toBe(BINARY)
    expect(mediaTypeOf(new Uint8Array(0))).toBe(TEXT)
  })
})

describe('what a name claims', () => {
  it('is said where the bytes are something else', () => {
    expect(falseClaim('graph.PNG', TEXT)).toBe('image/png')
    expect(falseClaim('report.html', 'image/png')).toBe(TEXT)
    expect(falseClaim('photo.jpeg.exe', 'application/x-elf')).toBeUndefined()
    expect(falseClaim('photo.jpeg', 'image/jpeg')).toBeUndefined()
    expect(falseClaim('app.log', BINARY)).toBe(TEXT)
    expect(falseClaim('table.xlsx', 'application/zip')).toBeUndefined()
    expect(falseClaim('README', BINARY)).toBeUndefined()
    expect(falseClaim('x.constructor', BINARY)).toBeUndefined()
  })
})

it('types have words, and those that have none are named', () => {
  expect(mediaTypeWords('image/png')).toBe('PNG picture')
  expect(mediaTypeWords('application/x-new')).toBe('application/x-new')
  expect(mediaTypeWords('constructor')).toBe('constructor')
})
