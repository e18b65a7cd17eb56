/**
 * The model of one runbook file: what the parser makes, and all that the rest of Muster sees of it.
 * Everything here is plain data (it survives JSON) and everything keeps its place in the source.
 */

/** A place in the source. `line` and `column` count from 1, `offset` from 0, all in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: Position
  readonly end: Position
}

export type DiagnosticSeverity = 'error' | 'warning' | 'info'

/** One thing to say about a file. `code` is stable and documented in FORMAT.md; `message` says what to do. */
export interface Diagnostic {
  readonly severity: DiagnosticSeverity
  readonly code: string
  readonly message: string
  readonly range: Range
  /** The nearest correct spelling, where there is one. */
  readonly suggestion?: string
}

export const RUNBOOK_KINDS = ['failover', 'incident', 'maintenance', 'checklist'] as const
export type RunbookKind = (typeof RUNBOOK_KINDS)[number]

export const RISKS = ['safe', 'caution', 'destructive'] as const
export type Risk = (typeof RISKS)[number]

export const VERBS = [
  'run',
  'check',
  'expect',
  'rollback',
  'terminal',
  'upload',
  'download',
  'standin',
] as const
export type Verb = (typeof VERBS)[number]

/** The verbs of blocks that execute something by themselves. `expect` belongs to the block before it, `standin` to drills. */
export const ACTION_VERBS = ['run', 'check', 'rollback', 'terminal', 'upload', 'download'] as const
export type ActionVerb = (typeof ACTION_VERBS)[number]

export const TARGET_KINDS = ['local', 'ssh', 'postgres', 'redis', 'http'] as const
export type TargetKind = (typeof TARGET_KINDS)[number]

/** The executor a block's language asks for: `bash` and `sh` are `shell`. */
export type ExecutorKind = 'shell' | 'sql' | 'redis' | 'http' | 'files'

export const EXPECT_MODES = ['exact', 'contains', 'regex', 'json', 'rows', 'certificate'] as const
export type ExpectMode = (typeof EXPECT_MODES)[number]

export interface InputDeclaration {
  readonly name: string
  readonly label: string
  readonly required: boolean
  readonly pattern?: string
  readonly default?: string
  readonly options?: readonly string[]
  /** A secret is asked for with a masked field and never recorded. */
  readonly secret: boolean
  readonly range: Range
}

/**
 * A name the runbook uses for a place. `connection` is the name of the user's own profile (for http: a base URL or a
 * profile name); `hosts` has more than one entry only for an ssh fan-out.
 */
export interface TargetDeclaration {
  readonly name: string
  readonly kind: TargetKind
  readonly connection: string
  readonly hosts: readonly string[]
  readonly range: Range
}

export interface Escalation {
  readonly afterMs: number
  readonly to: string
}

export interface DrillInject {
  readonly atMs: number
  readonly fault: string
  readonly expected: string
}

export interface DrillDeclaration {
  /** Target name -> sandbox service. */
  readonly targets: Readonly<Record<string, string>>
  readonly injects: readonly DrillInject[]
}

/** A list of mdast nodes is kept as its source: whoever shows it parses it with `parseMarkdown`. */
export interface Prose {
  readonly kind: 'prose'
  readonly markdown: string
  readonly range: Range
}

export interface Item {
  /** `<step>/item-1`, counted within the step. */
  readonly id: string
  /** Inline Markdown of the item. */
  readonly text: string
  readonly range: Range
}

/** Consecutive task items of a step. */
export interface ItemList {
  readonly kind: 'items'
  readonly items: readonly Item[]
}

/** What the output of a block must be like, from an `expect` fence. */
export interface Expectation {
  readonly mode: ExpectMode
  /** The fence's content, exactly. */
  readonly text: string
  readonly range: Range
}

export interface Block {
  readonly kind: 'block'
  /** `<step>/1`, counted over the action blocks of the step in source order. */
  readonly id: string
  readonly verb: ActionVerb
  readonly language: string
  readonly executor: ExecutorKind
  /** The target's name. Undefined only in a guide, where the reader chooses one before it runs. */
  readonly target?: string
  /** The code as it stands between the fences, without the last newline. */
  readonly code: string
  /** Declared name of the captured output. */
  readonly capture?: string
  /** The name of the live shell this block shares with others. */
  readonly session?: string
  readonly pty: boolean
  readonly timeoutMs?: number
  /** Polling of a check: again `everyMs` until it passes, at most `forMs`. */
  readonly everyMs?: number
  readonly forMs?: number
  /** Accepted exit codes (`exit=`), accepted HTTP status (`status=`), longest accepted duration (`max=`). */
  readonly exit?: readonly number[]
  readonly status?: readonly number[]
  readonly maxMs?: number
  readonly expectations: readonly Expectation[]
  /** What a drill answers where no sandbox can. */
  readonly standin?: string
  /** In a guide a fence without a verb can still be run, after an explicit choice of target. */
  readonly implicit: boolean
  readonly range: Range
}

/** A fence that is shown and can be copied, and never runs. */
export interface Snippet {
  readonly kind: 'snippet'
  readonly language: string
  readonly code: string
  readonly range: Range
}

export type StepContent = Prose | ItemList | Block | Snippet

export interface Approval {
  readonly role: string
  readonly quorum: number
}

export interface DecisionOption {
  readonly id: string
  readonly label: string
}

export interface Decision {
  readonly question: string
  readonly options: readonly DecisionOption[]
}

export interface Retry {
  readonly attempts: number
  readonly everyMs: number
}

export const STRATEGIES = ['all', 'rolling', 'canary'] as const

/** How a step goes over several hosts. `maxFailures`: more than these, and no batch follows. */
export interface Strategy {
  readonly kind: (typeof STRATEGIES)[number]
  readonly batch?: { readonly count: number } | { readonly percent: number }
  readonly maxFailures: number
  /** The checks that follow a block in its step are run on each batch before the next one starts. */
  readonly checkBatches?: boolean
}

export interface Step {
  /** Declared, or a slug of the heading. Unique in the file. */
  readonly id: string
  readonly title: string
  /** Index into `Runbook.phases`. */
  readonly phase: number
  readonly target?: string
  readonly risk: Risk
  readonly approve?: Approval
  readonly timeoutMs?: number
  readonly budgetMs?: number
  readonly checklist: 'read-do' | 'do-confirm'
  readonly decide?: Decision
  /** Ids of options of earlier decisions; the step is needed when one of them was chosen. Empty: always. */
  readonly when: readonly string[]
  readonly needs: readonly string[]
  readonly retry?: Retry
  readonly pointOfNoReturn: boolean
  readonly strategy?: Strategy
  readonly content: readonly StepContent[]
  /** The step's heading. */
  readonly range: Range
}

export interface Phase {
  readonly id: string
  readonly title: string
  /** Prose between the phase's heading and its first step. */
  readonly prose: readonly (Prose | Snippet)[]
  readonly range: Range
}

export interface Runbook {
  /** 1: a runbook of format version 1. `guide`: any other Markdown file. */
  readonly format: 1 | 'guide'
  readonly title: string
  readonly kind: RunbookKind | 'guide'
  readonly system?: string
  readonly summary?: string
  readonly objectives: { readonly rtoMs?: number; readonly rpoMs?: number }
  readonly roles: readonly string[]
  readonly inputs: readonly InputDeclaration[]
  readonly targets: readonly TargetDeclaration[]
  readonly escalation: readonly Escalation[]
  readonly updates?: { readonly everyMs: number; readonly to: string }
  /** `daily`, `weekly`, `monthly`, `quarterly`, `yearly`, or a duration as written. */
  readonly cadence?: string
  readonly drill?: DrillDeclaration
  /** Prose before the first phase. */
  readonly introduction: readonly (Prose | Snippet)[]
  readonly phases: readonly Phase[]
  readonly steps: readonly Step[]
}

/** What parsing gives, always: a model as complete as the source allows, and everything there is to say about it. */
export interface ParsedRunbook {
  readonly runbook: Runbook
  /** In source order. A file with one error in it cannot be started in live or drill mode. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The action blocks of a step, in source order. */
export function blocksOf(step: Step): readonly Block[] {
  return step.content.filter((part): part is Block => part.kind === 'block')
}

/** The task items of a step, in source order. */
export function itemsOf(step: Step): readonly Item[] {
  return step.content.flatMap((part) => (part.kind === 'items' ? part.items : []))
}
