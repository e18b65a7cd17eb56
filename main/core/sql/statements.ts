import { tokenAt } from './scan.ts'

/** Takes SQL apart into the statements that are sent one by one, with `:NAME` turned into bound parameters. */

export interface SqlStatement {
  /** Where it stands in the text, UTF-16 units. */
  readonly from: number
  readonly to: number
  /** What is sent: each `:NAME` is a `$n`. */
  readonly sent: string
  /** Names of the parameters; the first is `$1`. */
  readonly parameters: readonly string[]
  /** Its words outside of quotes and comments, in lower case, as many as are needed to know what it is. */
  readonly words: readonly string[]
  /** Lengths before and after of each name that was replaced, with its position in the text. */
  readonly replaced: readonly { readonly at: number; readonly was: number; readonly is: number }[]
}

export interface SqlProblem {
  readonly problem: string
  readonly at: number
}

/** Words kept of a statement. */
const WORDS = 400

/** CREATE FUNCTION and CREATE PROCEDURE may have a body of statements: BEGIN ATOMIC … END. */
function createsRoutine(words: readonly string[]): boolean {
  if (words[0] !== 'create') return false
  const what = words[1] === 'or' && words[2] === 'replace' ? words[3] : words[1]
  return what === 'function' || what === 'procedure'
}

/** The next statement at or after `from`; undefined when only space and comments are left. */
export function nextStatement(
  text: string,
  from: number,
  standardStrings: boolean,
): SqlStatement | SqlProblem | undefined {
  const words: string[] = []
  /** Each name with its number. */
  const numbers = new Map<string, number>()
  const replaced: { at: number; was: number; is: number }[] = []
  let sent = ''
  let begin: number | undefined
  let copied = from
  let depth = 0
  let blocks = 0
  let positional: number | undefined
  let at = from
  let last = from
  while (at < text.length) {
    const token = tokenAt(text, at, standardStrings)
    if (token.kind === 'problem') return { problem: token.why, at }
    if (token.kind === 'semicolon' && depth === 0 && blocks === 0) {
      if (begin !== undefined) break
      at = token.end
      copied = at
      continue
    }
    if (token.kind !== 'skip') {
      if (begin === undefined) {
        begin = at
        copied = at
      }
      last = token.end
    }
    if (token.kind === 'open') depth++
    if (token.kind === 'close') depth = Math.max(0, depth - 1)
    if (token.kind === 'positional') positional = at
    if (token.kind === 'word') {
      if (words.length < WORDS) words.push(token.word)
      if (createsRoutine(words)) {
        if (token.word === 'begin' || (blocks > 0 && token.word === 'case')) blocks++
        else if (token.word === 'end' && blocks > 0) blocks--
      }
    }
    if (token.kind === 'name') {
      const number = numbers.get(token.name) ?? numbers.size + 1
      numbers.set(token.name, number)
      const marker = `$${number}`
      sent += text.slice(copied, at) + marker
      copied = token.end
      replaced.push({ at, was: token.end - at, is: marker.length })
    }
    at = token.end
  }
  if (begin === undefined) return undefined
  if (positional !== undefined && numbers.size > 0)
    return {
      problem: 'A statement cannot have both $1 and :NAME. Write :NAME for every value.',
      at: positional,
    }
  sent += text.slice(copied, last)
  return { from: begin, to: last, sent, parameters: [...numbers.keys()], words, replaced }
}

/** All statements, or the first problem. */
export function statementsOf(
  text: string,
  standardStrings = true,
): readonly SqlStatement[] | SqlProblem {
  const all: SqlStatement[] = []
  let at = 0
  for (;;) {
    const next = nextStatement(text, at, standardStrings)
    if (next === undefined) return all
    if ('problem' in next) return next
    all.push(next)
    at = next.to
  }
}

/** `line:column` of a position in a text, both from 1. */
export function lineColumn(
  text: string,
  at: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at)
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: Array.from(before.slice(start)).length + 1 }
}

/** The position in the text of a character of what was sent. `character` counts from 1, as PostgreSQL does. */
export function sourceOffset(statement: SqlStatement, character: number): number {
  let unit = 0
  let count = 1
  for (const one of statement.sent) {
    if (count >= character) break
    unit += one.length
    count++
  }
  let source = statement.from + unit
  for (const { at, was, is } of statement.replaced) {
    if (source < at + is) break
    source += was - is
  }
  return source
}

/** Statements that take bound parameters. `prepare` has its own. */
const BINDING = new Set(
  'select insert update delete merge values with table explain declare call execute'.split(' '),
)

/** Why a statement with parameters cannot have them; undefined when it can. */
export function bindingProblem({ words, parameters }: SqlStatement): string | undefined {
  const [first = '', ...rest] = words
  const [name] = parameters
  if (name === undefined || BINDING.has(first)) return undefined
  if (first === '' || (first === 'create' && rest.includes('as') && rest.includes('table')))
    return undefined
  const what = first.toUpperCase()
  if (first === 'set')
    return `SET takes no values, so :${name} cannot be used in it. Write select set_config('name', :${name}, false).`
  return `${what} takes no values, so :${name} cannot be used in it. Write the value out, or build the statement in the database with format() and execute.`
}

/** COPY … FROM STDIN waits for rows that a block has no place for. */
export function copiesIn({ words }: SqlStatement): boolean {
  if (words[0] !== 'copy') return false
  const from = words.indexOf('from')
  return from !== -1 && words[from + 1] === 'stdin'
}

const TRANSACTION_WORDS = new Set(['begin', 'start', 'commit', 'end', 'rollback', 'abort'])

/** Why a statement has no place where only reading is allowed; undefined when the server is the judge of it. */
export function readOnlyProblem({ words }: SqlStatement): string | undefined {
  const [first = '', second = '', third = ''] = words
  const what = words.slice(0, 2).join(' ').toUpperCase()
  const own = 'Here everything runs in one read-only transaction of its own.'
  if (TRANSACTION_WORDS.has(first)) return `${first.toUpperCase()} has no place here. ${own}`
  if (first === 'prepare' && second === 'transaction') return `${what} has no place here. ${own}`
  const setting = second === 'session' || second === 'local' ? third : second
  if (first === 'set' && (setting === 'transaction' || setting === 'characteristics'))
    return `SET TRANSACTION has no place here. ${own}`
  if (first === 'set' && /^(?:default_)?transaction_read_only$/u.test(setting))
    return `${setting} cannot be set here. ${own}`
  return undefined
}
