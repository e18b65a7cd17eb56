import { defined } from '../defined.ts'
import type { Piece } from './content.ts'
import type { Diagnostics } from './diagnostics.ts'
import { readFence, type LooseBlock } from './fence.ts'
import type {
  Block,
  Expectation,
  Phase,
  Prose,
  Range,
  Snippet,
  Step,
  StepContent,
} from './model.ts'
import type { Positions } from './positions.ts'
import type { StepData } from './schemas.ts'
import { Slugs } from './slug.ts'
import { readStepBlock } from './step-block.ts'
import { readStrategy } from './strategy.ts'
import { readYaml } from './yaml.ts'

/** Headings to phases and steps, and what stands under them. */

/** A step with more items than a person keeps in mind at once is two steps. */
const MOST_ITEMS = 9

export interface ReadSteps {
  readonly title: { readonly text: string; readonly range: Range } | undefined
  readonly introduction: readonly (Prose | Snippet)[]
  readonly phases: readonly Phase[]
  readonly steps: readonly Step[]
  /** Where the step says what it says, for later checks. */
  readonly places: ReadonlyMap<string, StepPlaces>
}

export interface StepPlaces {
  /** The `yaml step` block, or the heading. */
  readonly declaration: Range
  readonly rangeOf: (key: string) => Range
  readonly declares: (key: string) => boolean
}

interface OpenSection {
  readonly title: string
  readonly depth: number
  readonly range: Range
  phase: number
  readonly pieces: Piece[]
}

function isActive(piece: Piece, source: string): boolean {
  if (piece.kind === 'item') return true
  if (piece.kind !== 'fence') return false
  const line =
    source.slice(piece.range.start.offset, piece.range.start.offset + 400).split(/[\r\n]/u, 1)[0] ??
    ''
  return /^(?:`{3,}|~{3,})[ \t]*\S+[ \t]+[^\s=]+(?:\s|$)/u.test(line)
}

export class StepReader {
  readonly #source: string
  readonly #positions: Positions
  readonly #diagnostics: Diagnostics
  readonly #slugs = new Slugs()

  constructor(source: string, positions: Positions, diagnostics: Diagnostics) {
    this.#source = source
    this.#positions = positions
    this.#diagnostics = diagnostics
  }

  read(pieces: readonly Piece[]): ReadSteps {
    const { title, introduction, phases, sections } = this.#sections(pieces)
    // Declared ids are claimed before any is made, so that a slug never takes one away.
    const prepared = sections.map((section) => ({ section, declared: this.#declaration(section) }))
    for (const { declared } of prepared) {
      const id = declared.data.id
      if (id !== undefined && !this.#slugs.claim(id)) {
        this.#diagnostics.add(
          'step-id-duplicate',
          declared.places.rangeOf('id'),
          `Another step has the id “${id}” already.`,
        )
      }
    }
    const places = new Map<string, StepPlaces>()
    const steps = prepared.map(({ section, declared }) => {
      const taken = declared.data.id
      const id = taken !== undefined && !places.has(taken) ? taken : this.#slugs.make(section.title)
      places.set(id, declared.places)
      return this.#step(id, section, declared.data)
    })
    return { title, introduction, phases, steps, places }
  }

  #sections(pieces: readonly Piece[]): {
    title: ReadSteps['title']
    introduction: (Prose | Snippet)[]
    phases: Phase[]
    sections: OpenSection[]
  } {
    let title: ReadSteps['title']
    const introduction: Piece[] = []
    const open: { title: string; range: Range; pieces: Piece[] }[] = []
    const sections: OpenSection[] = []
    let into: Piece[] = introduction

    for (const piece of pieces) {
      if (piece.kind !== 'heading') {
        into.push(piece)
        continue
      }
      if (piece.depth === 1) {
        if (title === undefined && open.length === 0 && sections.length === 0) {
          title = { text: piece.title, range: piece.range }
        } else {
          this.#diagnostics.add(
            'title-twice',
            piece.range,
            'A runbook has one title. Use ## for a phase and ### for a step.',
          )
        }
      } else if (piece.depth === 2) {
        open.push({ title: piece.title, range: piece.range, pieces: [] })
        into = open.at(-1)?.pieces ?? into
      } else if (piece.depth === 3) {
        if (open.length === 0) {
          this.#diagnostics.add(
            'step-outside',
            piece.range,
            'This step stands before the first phase. Put a ## heading above it.',
          )
          open.push({ title: '', range: piece.range, pieces: [] })
        }
        const section = {
          title: piece.title,
          depth: 3,
          range: piece.range,
          phase: open.length - 1,
          pieces: [],
        }
        sections.push(section)
        into = section.pieces
      } else into.push({ kind: 'prose', markdown: this.#slice(piece.range), range: piece.range })
    }

    const all: OpenSection[] = []
    const phases = open.map((phase, index): Phase => {
      const own = sections.filter((section) => section.phase === index)
      const active = phase.pieces.some((piece) => isActive(piece, this.#source))
      const base = { id: `phase-${index + 1}`, title: phase.title, range: phase.range }
      if (own.length === 0 && active) {
        all.push({
          title: phase.title,
          depth: 2,
          range: phase.range,
          phase: index,
          pieces: phase.pieces,
        })
        return { ...base, prose: [] }
      }
      all.push(...own)
      return { ...base, prose: this.#proseOnly(phase.pieces) }
    })
    return { title, introduction: this.#proseOnly(introduction), phases, sections: all }
  }

  #slice(range: Range): string {
    return this.#source.slice(range.start.offset, range.end.offset)
  }

  /** Content outside steps: text to read. Anything that acts there is an error. */
  #proseOnly(pieces: readonly Piece[]): (Prose | Snippet)[] {
    const kept: (Prose | Snippet)[] = []
    for (const piece of pieces) {
      if (piece.kind === 'prose')
        kept.push({ kind: 'prose', markdown: piece.markdown, range: piece.range })
      else if (piece.kind === 'item' || piece.kind === 'fence') {
        this.#checkClosed(piece)
        if (isActive(piece, this.#source)) {
          this.#diagnostics.add(
            'action-outside-step',
            piece.range,
            'This belongs to no step. Put a ### heading above it.',
          )
        } else if (piece.kind === 'fence') {
          const meaning = readFence(piece, this.#source, this.#positions, this.#diagnostics)
          if (meaning.kind === 'snippet') kept.push(meaning.snippet)
        }
      } else this.#quoted(piece)
    }
    return kept
  }

  #checkClosed(piece: Piece): void {
    if (piece.kind === 'fence' && !piece.closed) {
      this.#diagnostics.add(
        'fence-unclosed',
        this.#positions.range(piece.range.start.offset, piece.range.start.offset + 3),
        'This fence is never closed, so everything after it would be part of it.',
      )
    }
  }

  #quoted(piece: Piece): void {
    if (piece.kind === 'quoted-fence') {
      const verb = /^[^\n\r]*?(?:`{3,}|~{3,})[ \t]*\S+[ \t]+\S/u.test(this.#slice(piece.range))
      if (verb)
        this.#diagnostics.add(
          'fence-in-quote',
          piece.range,
          'A quoted fence never runs. Take it out of the quote if it should.',
        )
    }
  }

  #declaration(section: OpenSection): { data: StepData; places: StepPlaces } {
    const place: StepPlaces = {
      declaration: section.range,
      rangeOf: () => section.range,
      declares: () => false,
    }
    let found: { data: StepData; places: StepPlaces } | undefined
    let content = false
    for (const piece of section.pieces) {
      if (piece.kind !== 'fence' || !this.#isStepBlock(piece.range)) {
        if (piece.kind !== 'prose') content = true
        continue
      }
      if (found) {
        this.#diagnostics.add(
          'step-block-twice',
          piece.range,
          'This step has two yaml step blocks. Put everything into one.',
        )
        continue
      }
      if (content) {
        this.#diagnostics.add(
          'step-block-late',
          piece.range,
          'The yaml step block comes before the actions of the step.',
        )
      }
      const offset = this.#positions.lineStart(piece.range.start.line + 1)
      const yaml = readYaml(
        { text: this.#rawCode(piece.range, piece.closed), offset, range: piece.range },
        this.#positions,
        this.#diagnostics,
      )
      found = yaml
        ? {
            data: readStepBlock(yaml, this.#diagnostics),
            places: {
              declaration: piece.range,
              rangeOf: (key) => yaml.rangeOf([key]),
              declares: (key) =>
                typeof yaml.value === 'object' && yaml.value !== null && key in yaml.value,
            },
          }
        : { data: {}, places: { ...place, declaration: piece.range } }
    }
    return found ?? { data: {}, places: place }
  }

  #isStepBlock(range: Range): boolean {
    return /^(?:`{3,}|~{3,})[ \t]*ya?ml[ \t]+step\b/u.test(this.#slice(range).slice(0, 80))
  }

  /** The lines between the fences, unchanged, so that offsets into it are offsets into the source. */
  #rawCode(range: Range, closed: boolean): string {
    const from = this.#positions.lineStart(range.start.line + 1)
    const to = closed ? this.#positions.lineStart(range.end.line) : range.end.offset
    return this.#source.slice(from, Math.max(from, to))
  }

  #step(id: string, section: OpenSection, data: StepData): Step {
    const content: StepContent[] = []
    let blocks = 0
    let items = 0
    let last: { at: number; block: Block } | undefined

    const attach = (change: (block: Block) => Block): boolean => {
      if (last === undefined) return false
      const block = change(last.block)
      last = { at: last.at, block }
      content[last.at] = block
      return true
    }
    const addBlock = (loose: LooseBlock): void => {
      blocks++
      const target = loose.target ?? data.on
      const block: Block = {
        ...loose,
        id: `${id}/${blocks}`,
        expectations: [],
        ...(target !== undefined && { target }),
      }
      last = { at: content.length, block }
      content.push(block)
    }
    const addItem = (piece: Extract<Piece, { kind: 'item' }>): void => {
      items++
      if (piece.ticked) {
        this.#diagnostics.add(
          'item-ticked',
          piece.range,
          'A runbook is committed with nothing ticked. Write - [ ].',
        )
      }
      const item = { id: `${id}/item-${items}`, text: piece.text, range: piece.range }
      const before = content.at(-1)
      if (before?.kind === 'items')
        content[content.length - 1] = { kind: 'items', items: [...before.items, item] }
      else content.push({ kind: 'items', items: [item] })
    }
    const addExpectation = (expectation: Expectation): void => {
      const attached = attach((block) => ({
        ...block,
        expectations: [...block.expectations, expectation],
      }))
      if (!attached) {
        this.#diagnostics.add(
          'expect-without-block',
          expectation.range,
          'There is no block before this expectation in the step.',
        )
      }
    }

    for (const piece of section.pieces) {
      this.#checkClosed(piece)
      switch (piece.kind) {
        case 'prose':
          content.push({ kind: 'prose', markdown: piece.markdown, range: piece.range })
          break
        case 'item':
          addItem(piece)
          break
        case 'quoted-fence':
          this.#quoted(piece)
          break
        case 'heading':
          break
        case 'fence': {
          const meaning = readFence(piece, this.#source, this.#positions, this.#diagnostics)
          if (meaning.kind === 'action' && piece.closed) addBlock(meaning.block)
          else if (meaning.kind === 'expect') addExpectation(meaning.expectation)
          else if (meaning.kind === 'snippet') content.push(meaning.snippet)
          else if (meaning.kind === 'standin') {
            if (last?.block.standin !== undefined) {
              this.#diagnostics.add(
                'standin-twice',
                meaning.range,
                'The block before has a stand-in already.',
              )
            } else if (!attach((block) => ({ ...block, standin: meaning.text }))) {
              this.#diagnostics.add(
                'standin-without-block',
                meaning.range,
                'There is no block before this stand-in in the step.',
              )
            }
          }
          break
        }
      }
    }
    if (items > MOST_ITEMS) {
      this.#diagnostics.add(
        'items-many',
        section.range,
        `This step has ${items} items; nobody keeps more than ${MOST_ITEMS} in mind. Make two steps of it.`,
      )
    }
    return {
      ...defined({
        id,
        title: section.title,
        phase: section.phase,
        target: data.on,
        risk: data.risk ?? ('safe' as const),
        approve: data.approve && {
          role: data.approve.role ?? 'commander',
          quorum: data.approve.quorum ?? 1,
        },
        timeoutMs: data.timeout,
        budgetMs: data.budget,
        checklist: data.checklist ?? ('do-confirm' as const),
        decide: data.decide && {
          question: data.decide.question ?? section.title,
          options: Object.entries(data.decide.options).map(([option, label]) => ({
            id: option,
            label,
          })),
        },
        retry: data.retry && { attempts: data.retry.attempts, everyMs: data.retry.every },
        strategy: readStrategy(data.strategy),
      }),
      when: data.when === undefined ? [] : typeof data.when === 'string' ? [data.when] : data.when,
      needs:
        data.needs === undefined ? [] : typeof data.needs === 'string' ? [data.needs] : data.needs,
      pointOfNoReturn: data['point-of-no-return'] ?? false,
      content,
      range: section.range,
    }
  }
}
