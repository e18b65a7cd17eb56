import { parsePattern, PatternError, type Assertion, type Node } from './syntax.ts'

/**
 * Regular expressions that cannot hang. ECMAScript's own engine backtracks: `(a+)+$` on forty letters takes hours, and a
 * runbook is somebody else's text. This one follows all ways at once (Thompson, 1968), so that a match costs at most the
 * length of the text times the size of the pattern.
 */

export type Matching = 'matches' | 'differs' | 'too-costly'

export type Pattern =
  | {
      readonly ok: true
      /** Searches; `^` and `$` are at every line. */
      readonly match: (text: string) => Matching
      /** The whole text must match; `^` and `$` are its ends. Gives up after `mostSteps`. */
      readonly matchWhole: (text: string, mostSteps?: number) => Matching
    }
  /** `why` continues “the pattern …”. */
  | { readonly ok: false; readonly why: string }

/** Counted repetitions are written out; this many instructions are enough for any line of text. */
const LARGEST = 5_000
/** Ways followed before giving up: well under a second. */
const MOST_STEPS = 20_000_000
/** For a value that a person types: a fraction of that, because it is asked again at every key. */
const MOST_STEPS_OF_VALUE = 2_000_000

type Instruction =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both places. */
  | { readonly kind: 'split'; left: number; right: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'match' }

/** Prepares a pattern in the syntax of ECMAScript with the flag `u`. Never throws. */
export function compilePattern(source: string): Pattern {
  try {
    const program: Instruction[] = []
    emit(parsePattern(source), program)
    program.push({ kind: 'match' })
    return {
      ok: true,
      match: (text) => run(program, text, { whole: false, mostSteps: MOST_STEPS }),
      matchWhole: (text, mostSteps = MOST_STEPS_OF_VALUE) =>
        run(program, text, { whole: true, mostSteps }),
    }
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, why: error.message }
    throw error
  }
}

/** Whether the whole of a value matches the pattern of its input; false where the pattern cannot be used. */
export function matchesPattern(source: string, value: string): boolean {
  const pattern = compilePattern(source)
  return pattern.ok && pattern.matchWhole(value) === 'matches'
}

function push(program: Instruction[], instruction: Instruction): void {
  if (program.length >= LARGEST)
    throw new PatternError('repeats too much: write smaller counts, or * and +')
  program.push(instruction)
}

function emit(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case 'character':
    case 'assertion':
      push(program, node)
      return
    case 'sequence':
      for (const part of node.nodes) emit(part, program)
      return
    case 'choice':
      emitChoice(node.nodes, program)
      return
    case 'repeat':
      emitRepeat(node, program)
      return
  }
}

function emitChoice(nodes: readonly Node[], program: Instruction[]): void {
  const ends: { kind: 'jump'; to: number }[] = []
  for (const [index, node] of nodes.entries()) {
    if (index === nodes.length - 1) {
      emit(node, program)
      break
    }
    const split = { kind: 'split' as const, left: program.length + 1, right: 0 }
    push(program, split)
    emit(node, program)
    const end = { kind: 'jump' as const, to: 0 }
    push(program, end)
    ends.push(end)
    split.right = program.length
  }
  for (const end of ends) end.to = program.length
}

function emitRepeat(
  { node, least, most }: Extract<Node, { kind: 'repeat' }>,
  program: Instruction[],
): void {
  // Counts beyond the largest program are refused before they are written out.
  if (least > LARGEST || (most ?? 0) > LARGEST)
    throw new PatternError('repeats too much: write smaller counts, or * and +')
  for (let count = 0; count < least; count++) emit(node, program)
  if (most === undefined) {
    const split = { kind: 'split' as const, left: program.length + 1, right: 0 }
    const start = program.length
    push(program, split)
    emit(node, program)
    push(program, { kind: 'jump', to: start })
    split.right = program.length
    return
  }
  const splits: { kind: 'split'; left: number; right: number }[] = []
  for (let count = least; count < most; count++) {
    const split = { kind: 'split' as const, left: program.length + 1, right: 0 }
    push(program, split)
    splits.push(split)
    emit(node, program)
  }
  for (const split of splits) split.right = program.length
}

const TEXT_END = new Set<string | undefined>([undefined])
const LINE_END = new Set<string | undefined>(['\n', '\r', '\u2028', '\u2029', undefined])
const WORD = /^[A-Za-z0-9_]$/u

interface Place {
  readonly before: string | undefined
  readonly after: string | undefined
}

function holds(
  assertion: Assertion,
  { before, after }: Place,
  ends: ReadonlySet<string | undefined>,
): boolean {
  switch (assertion) {
    case 'line-start':
      return ends.has(before)
    case 'line-end':
      return ends.has(after)
    case 'word-boundary':
    case 'no-word-boundary': {
      const boundary = WORD.test(before ?? '') !== WORD.test(after ?? '')
      return boundary === (assertion === 'word-boundary')
    }
  }
}

interface Running {
  readonly whole: boolean
  readonly mostSteps: number
}

function run(
  program: readonly Instruction[],
  text: string,
  { whole, mostSteps }: Running,
): Matching {
  const ends = whole ? TEXT_END : LINE_END
  const characters = Array.from(text)
  /** The position at which an instruction was last added, so that it is added once. */
  const addedAt = new Int32Array(program.length).fill(-1)
  let current: number[] = []
  let steps = 0

  for (let at = 0; at <= characters.length; at++) {
    const after = characters[at]
    const before = characters[at - 1]
    const waiting: number[] = []
    // A match may begin anywhere, or at the beginning only.
    const open = whole && at > 0 ? current.toReversed() : [0, ...current.toReversed()]
    for (;;) {
      const next = open.pop()
      if (next === undefined) break
      if (addedAt[next] === at) continue
      addedAt[next] = at
      if (++steps > mostSteps) return 'too-costly'
      const instruction = program[next]
      if (instruction === undefined) continue
      switch (instruction.kind) {
        case 'match':
          if (!whole || after === undefined) return 'matches'
          break
        case 'jump':
          open.push(instruction.to)
          break
        case 'split':
          open.push(instruction.right, instruction.left)
          break
        case 'assertion':
          if (holds(instruction.assertion, { before, after }, ends)) open.push(next + 1)
          break
        case 'character':
          waiting.push(next)
          break
      }
    }
    if (after === undefined) break
    current = []
    for (const index of waiting) {
      steps++
      const instruction = program[index]
      if (instruction?.kind === 'character' && instruction.accepts(after)) current.push(index + 1)
    }
  }
  return 'differs'
}
