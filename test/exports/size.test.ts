import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXPORT_FORMATS } from '../../main/contract/reports.ts'
import { exportCost, largeRun, type LargeRun } from '../harness/large-run.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/**
 * A run that is large is exported in bounded memory, in every format. `npm run bench -- --only exports` does it with a
 * hundred thousand events and a gigabyte.
 */

const EVENTS = 10_000
const OUTPUT_BYTES = 300_000_000
/** Less than the output alone. */
const MOST_GROWTH_MB = 250
/** A PDF of a thousand events takes seconds, so it has a test of its own. */
const FORMATS = EXPORT_FORMATS.filter((format) => format !== 'pdf')
const EVENTS_ON_PAPER = 2_600

const folder = temporaryFolder('export-size')
let small: LargeRun
let large: LargeRun
beforeAll(async () => {
  small = await largeRun(folder.path, { events: 10, outputBytes: 1_000_000 })
  large = await largeRun(folder.path, { events: EVENTS, outputBytes: OUTPUT_BYTES })
}, 120_000)
afterAll(() => folder.remove())

test.runIf(process.platform === 'linux').each(FORMATS)(
  `${EVENTS} events and ${OUTPUT_BYTES / 1e6} MB of output as %s`,
  async (format) => {
    const path = join(folder.path, `large.${format}`)
    const least = await exportCost(small, format, join(folder.path, `small.${format}`))
    const { megabytes } = await exportCost(large, format, path)
    expect(statSync(path).size).toBeGreaterThan(0)
    expect(megabytes - least.megabytes).toBeLessThan(MOST_GROWTH_MB)
  },
  120_000,
)

test.runIf(process.platform === 'linux')(
  `${EVENTS_ON_PAPER} events as pdf: printed in parts, and one document`,
  async () => {
    const run = await largeRun(folder.path, { events: EVENTS_ON_PAPER, outputBytes: 1_000 })
    const path = join(folder.path, 'long.pdf')
    const { browserMegabytes } = await exportCost(run, 'pdf', path)
    const document = await PDFDocument.load(readFileSync(path), { throwOnInvalidObject: true })
    // A page takes some twenty events.
    expect(document.getPageCount()).toBeGreaterThan(EVENTS_ON_PAPER / 30)
    // The summary leads to events, wherever they are.
    const links = document
      .getPages()
      .flatMap((page) =>
        (page.node.Annots()?.asArray() ?? []).map((link) => String(document.context.lookup(link))),
      )
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((link) => link.includes('/URI'))).toEqual([])
    const places = document.catalog.lookup(PDFName.of('Dests'), PDFDict)
    for (const [, name] of links.join(' ').matchAll(/\/Dest \/(\S+)/gu))
      expect(places.has(PDFName.of(name ?? ''))).toBe(true)
    const parts = [...document.context.enumerateIndirectObjects()].filter(
      ([, object]) =>
        object instanceof PDFDict && object.get(PDFName.of('S')) === PDFName.of('Part'),
    )
    expect(parts).toHaveLength(2)
    expect(browserMegabytes).toBeGreaterThan(100)
    expect(browserMegabytes).toBeLessThan(900)
  },
  120_000,
)
