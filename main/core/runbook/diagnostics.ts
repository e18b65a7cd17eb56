import type { Diagnostic, DiagnosticSeverity, Range } from './model.ts'
import { similar } from './similar.ts'

/** Every code a diagnostic can have, with its severity. FORMAT.md has the same table, and a test compares the two. */
export const DIAGNOSTIC_CODES = {
  'nesting-too-deep': 'error',
  'line-too-long': 'error',
  'not-text': 'error',
  'file-too-large': 'error',
  'too-much': 'error',
  'frontmatter-unclosed': 'error',
  'frontmatter-toml': 'error',
  'frontmatter-yaml': 'error',
  'frontmatter-not-a-map': 'error',
  'frontmatter-foreign': 'info',
  'format-version': 'error',
  'yaml-alias': 'error',
  'unknown-key': 'error',
  'bad-value': 'error',
  'missing-key': 'error',
  'duration-unit': 'error',
  'reserved-name': 'error',
  'bad-name': 'error',
  'bad-pattern': 'error',
  'bad-default': 'error',
  'title-missing': 'error',
  'title-differs': 'warning',
  'title-twice': 'error',
  'no-steps': 'error',
  'step-outside': 'error',
  'action-outside-step': 'error',
  'step-block-twice': 'error',
  'step-block-late': 'error',
  'step-id-duplicate': 'error',
  'fence-unclosed': 'error',
  'fence-in-quote': 'warning',
  'unknown-verb': 'error',
  'unknown-language': 'error',
  'unknown-attribute': 'error',
  'attribute-syntax': 'error',
  'attribute-twice': 'error',
  'attribute-value': 'error',
  'attribute-without-verb': 'warning',
  'attribute-misplaced': 'error',
  'target-missing': 'error',
  'target-unknown': 'error',
  'target-kind': 'error',
  'target-unused': 'warning',
  'expect-without-block': 'error',
  'expect-invalid': 'error',
  'standin-without-block': 'error',
  'standin-twice': 'error',
  'block-empty': 'error',
  'item-ticked': 'error',
  'items-many': 'warning',
  'destructive-incomplete': 'error',
  'destructive-elsewhere': 'error',
  'transfer-invalid': 'error',
  'upload-safe': 'error',
  'one-host-only': 'error',
  'strategy-one-place': 'error',
  'batch-check-missing': 'error',
  'check-writes': 'error',
  'redis-syntax': 'error',
  'redis-unsupported': 'error',
  'redis-destructive': 'error',
  'redis-caution': 'warning',
  'retry-destructive': 'error',
  'needs-unknown': 'error',
  'needs-later': 'error',
  'when-unknown': 'error',
  'when-later': 'error',
  'role-unknown': 'error',
  'capture-duplicate': 'error',
  'name-undefined': 'error',
  'drill-target-unknown': 'error',
  'profile-kind': 'error',
  'secret-in-file': 'error',
  'via-unknown': 'warning',
} as const satisfies Record<string, DiagnosticSeverity>

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES

/** Characters that are compared for suggestions, in all of a file. Who has more mistakes than that finds the next ones without. */
const MOST_COMPARED = 5_000_000

/** Collects what there is to say about one file. */
export class Diagnostics {
  readonly #found: Diagnostic[] = []
  #compared = 0

  add(code: DiagnosticCode, range: Range, message: string, suggestion?: string): void {
    this.#found.push({
      severity: DIAGNOSTIC_CODES[code],
      code,
      message: suggestion === undefined ? message : `${message} Did you mean “${suggestion}”?`,
      range,
      ...(suggestion !== undefined && { suggestion }),
    })
  }

  /** For a word that should have been one of `candidates`. */
  addUnknown(
    code: DiagnosticCode,
    range: Range,
    word: string,
    what: string,
    candidates: readonly string[],
  ): void {
    const suggestion = this.#similar(word, candidates)
    const known =
      candidates.length === 0 ? 'There is none.' : `Known: ${candidates.slice(0, 20).join(', ')}.`
    this.add(code, range, `“${word}” is not ${what}. ${known}`, suggestion)
  }

  #similar(word: string, candidates: readonly string[]): string | undefined {
    if (this.#compared > MOST_COMPARED) return undefined
    for (const { length } of candidates) this.#compared += length * word.length
    return this.#compared > MOST_COMPARED ? undefined : similar(word, candidates)
  }

  /** In source order; on the same place errors first. */
  sorted(): readonly Diagnostic[] {
    const rank = { error: 0, warning: 1, info: 2 }
    return this.#found.toSorted(
      (left, right) =>
        left.range.start.offset - right.range.start.offset ||
        rank[left.severity] - rank[right.severity],
    )
  }
}
