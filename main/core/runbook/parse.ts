import { defined } from '../defined.ts'
import { Flattener } from './content.ts'
import { Diagnostics } from './diagnostics.ts'
import { EMPTY_HEAD, readFrontmatter, type Head } from './frontmatter.ts'
import { Budget, guard } from './guard.ts'
import { readGuide } from './guide.ts'
import type { ParsedRunbook, Runbook } from './model.ts'
import { parsePiecewise, type Part } from './piecewise.ts'
import { Positions } from './positions.ts'
import { checkReferences } from './references.ts'
import { similar } from './similar.ts'
import { StepReader } from './steps.ts'
import { readYaml, type YamlValue } from './yaml.ts'

/**
 * Reads a Markdown file: a runbook of format 1 when its frontmatter says `runbook:`, a guide otherwise.
 * Never throws. The model is as complete as the source allows, and every problem is in the diagnostics, in source order.
 */
export function parseRunbook(
  source: string,
  options: { readonly name?: string } = {},
): ParsedRunbook {
  const name = (options.name ?? 'Untitled').replace(/\.(?:md|markdown|txt)$/iu, '')
  // A byte order mark is invisible and would hide the frontmatter.
  const begin = source.startsWith('\uFEFF') ? 1 : 0
  const positions = new Positions(source)
  const diagnostics = new Diagnostics()
  const parts = guard(source, positions, diagnostics)
    ? parsePiecewise(source, begin, new Budget(source, positions, diagnostics))
    : undefined
  if (parts === undefined) {
    return { runbook: readGuide([], source, positions, name), diagnostics: diagnostics.sorted() }
  }
  const flat = new Flattener(source, positions, parts)
  const kind = frontmatterKind(parts, begin, source, positions, diagnostics)
  if (kind.kind === 'guide') {
    return {
      runbook: readGuide(flat.pieces, source, positions, name),
      diagnostics: diagnostics.sorted(),
    }
  }
  const head = kind.yaml ? readFrontmatter(kind.yaml, diagnostics) : EMPTY_HEAD
  const runbook = readRunbook(head, flat, { source, positions, diagnostics, name, yaml: kind.yaml })
  return { runbook, diagnostics: diagnostics.sorted() }
}

const TOP_KEY = /^["']?(?<key>[A-Za-z]{4,12})["']?[ \t]*:/gmu

type Frontmatter =
  { readonly kind: 'guide' } | { readonly kind: 'runbook'; readonly yaml: YamlValue | undefined }

/** Decides between runbook and guide. What tries to be a runbook and fails is a runbook with errors, never a guide. */
function frontmatterKind(
  parts: readonly Part[],
  begin: number,
  source: string,
  positions: Positions,
  diagnostics: Diagnostics,
): Frontmatter {
  const first = parts[0]?.nodes[0]
  const start = begin + (first?.position?.start.offset ?? 0)
  const end = begin + (first?.position?.end.offset ?? 0)
  const top = source.slice(begin, begin + 4096)
  if (first?.type === 'yaml') {
    const range = positions.range(start, end)
    const offset = positions.lineStart(2)
    const text = source.slice(offset, positions.lineStart(range.end.line))
    const wanted = means(text)
    const before = new Diagnostics()
    const yaml = readYaml({ text, offset, range }, positions, wanted ? diagnostics : before)
    if (wanted) {
      if (
        yaml &&
        (typeof yaml.value !== 'object' || yaml.value === null || Array.isArray(yaml.value))
      ) {
        diagnostics.add('frontmatter-not-a-map', range, 'The frontmatter must be keys and values.')
        return { kind: 'runbook', yaml: undefined }
      }
      return { kind: 'runbook', yaml }
    }
    if (yaml === undefined) {
      diagnostics.add(
        'frontmatter-yaml',
        range,
        `The frontmatter is not valid YAML: ${before.sorted()[0]?.message ?? 'it cannot be read'}`,
      )
    } else {
      diagnostics.add(
        'frontmatter-foreign',
        range,
        'This frontmatter has no “runbook: 1”, so the file is opened as a guide.',
      )
    }
    return { kind: 'guide' }
  }
  if (/^\+\+\+[ \t]*$/mu.test(top.split('\n', 1)[0] ?? '')) {
    const range = positions.range(begin, begin + 3)
    diagnostics.add(
      'frontmatter-toml',
      range,
      'The frontmatter of a runbook is YAML between lines of ---. This one looks like TOML.',
    )
    return /^runbook[ \t]*=/mu.test(top) ? { kind: 'runbook', yaml: undefined } : { kind: 'guide' }
  }
  if (/^---[ \t]*(?:\r|\n)/u.test(top) && /^runbook[ \t]*:/mu.test(top)) {
    diagnostics.add(
      'frontmatter-unclosed',
      positions.range(begin, begin + 3),
      'The frontmatter is never closed. End it with a line of ---.',
    )
    return { kind: 'runbook', yaml: undefined }
  }
  return { kind: 'guide' }
}

/** Whether frontmatter is meant for Muster: it has the key “runbook”, or one that was to be it. */
function means(text: string): boolean {
  for (const { groups } of text.slice(0, 65_536).matchAll(TOP_KEY)) {
    if (similar(groups?.['key'] ?? '', ['runbook']) !== undefined) return true
  }
  return false
}

interface Reading {
  readonly source: string
  readonly positions: Positions
  readonly diagnostics: Diagnostics
  readonly name: string
  readonly yaml: YamlValue | undefined
}

function readRunbook(head: Head, flat: Flattener, reading: Reading): Runbook {
  const { source, positions, diagnostics, name, yaml } = reading
  const read = new StepReader(source, positions, diagnostics).read(flat.pieces)
  const top = positions.range(0, Math.min(3, source.length))
  if (yaml && head.title === undefined && read.title === undefined) {
    diagnostics.add(
      'title-missing',
      top,
      'A runbook needs a title: a # heading, or “title:” in the frontmatter.',
    )
  }
  if (head.title !== undefined && read.title !== undefined && head.title !== read.title.text) {
    diagnostics.add(
      'title-differs',
      read.title.range,
      `The heading and the frontmatter's title differ (“${head.title}”). The frontmatter counts.`,
    )
  }
  if (yaml && read.steps.length === 0) {
    diagnostics.add(
      'no-steps',
      read.title?.range ?? top,
      'There is no step in this runbook. Put a ## heading for a phase and ### headings for its steps.',
    )
  }
  if (yaml) checkReferences(head, read.steps, read.places, diagnostics)
  return defined({
    ...head,
    format: 1 as const,
    title: head.title ?? read.title?.text ?? name,
    introduction: read.introduction,
    phases: read.phases,
    steps: read.steps,
  })
}
