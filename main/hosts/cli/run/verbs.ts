import { similar } from '../../../core/runbook/similar.ts'

/** The words an operator types, with what they mean. */
export const VERBS = {
  run: {
    short: 'r',
    help: 'run the block that is shown; “run 2” another block of the step; “run web-1 web-2” or “run failed” only on those hosts',
  },
  edit: { short: 'e', help: 'change the command, say why, and run that instead' },
  confirm: {
    short: 'c',
    help: 'confirm the item that is shown; “confirm all” every item of the step',
  },
  decide: { short: 'd', help: '“decide OPTION” records the choice' },
  done: { short: '', help: 'complete the step' },
  settle: {
    short: '',
    help: '“settle done” or “settle failed”: what you found out about a block, and why',
  },
  skip: { short: 's', help: 'skip the step, with a reason' },
  mark: {
    short: 'm',
    help: '“mark done” or “mark failed”: settle the step against its gates, with a reason',
  },
  approve: { short: 'a', help: 'approve exactly the text that is shown' },
  refuse: { short: '', help: 'refuse the approval, with a reason' },
  note: { short: 'n', help: '“note TEXT” records a note' },
  inject: {
    short: '',
    help: 'in an exercise: the injects that are left; “inject 2 NOTE” gives one',
  },
  words: { short: 'w', help: 'sign the record, and show the eight words to read to somebody' },
  witness: { short: '', help: '“witness NAME” records who has written the words down' },
  severity: { short: '', help: '“severity SEV1” changes it' },
  go: { short: 'g', help: '“go STEP” looks at another step; “go” returns' },
  list: { short: 'l', help: 'all steps and their state' },
  show: { short: '', help: 'show the step again' },
  reopen: { short: '', help: 'open the settled step that is shown, with a reason' },
  rollback: { short: '', help: 'roll back the step that is shown, with a reason' },
  pause: { short: '', help: 'pause the run' },
  resume: { short: '', help: 'go on with a paused run' },
  finish: { short: 'f', help: 'finish the run' },
  stop: { short: 'q', help: 'leave the run open, or abort it' },
  help: { short: '?', help: 'these words' },
} as const

export type Verb = keyof typeof VERBS

function isVerb(word: string): word is Verb {
  return Object.hasOwn(VERBS, word)
}

export type Spoken =
  | { readonly verb: Verb; readonly rest: string }
  /** Not a word; `near` is one that it may have been meant to be. */
  | { readonly verb: undefined; readonly word: string; readonly near: string | undefined }

/** Reads a line. Undefined for an empty one, which never does anything. */
export function readLine(line: string): Spoken | undefined {
  const trimmed = line.trim()
  if (trimmed === '') return undefined
  const [first = ''] = trimmed.split(/\s+/u, 1)
  const rest = trimmed.slice(first.length).trim()
  const word = first.toLowerCase()
  if (isVerb(word)) return { verb: word, rest }
  for (const verb of Object.keys(VERBS))
    if (isVerb(verb) && VERBS[verb].short === word) return { verb, rest }
  if (word === 'quit' || word === 'exit') return { verb: 'stop', rest }
  return { verb: undefined, word: first, near: similar(word, Object.keys(VERBS)) }
}

export function helpText(): string {
  return Object.entries(VERBS)
    .map(([verb, { short, help }]) => {
      const name = short === '' ? verb : `${verb} (${short})`
      return `  ${name.padEnd(13)} ${help}`
    })
    .join('\n')
}
