import { useEffect, useEffectEvent, useState } from 'react'
import type { WrittenField } from '../../../../main/core/report/report.ts'
import { misfit } from '../../../../main/core/run/decide-report.ts'
import { rowsText, type ReportRow } from '../../../../main/core/run/report-rows.ts'
import { reportField, type ReportKind } from '../../../../main/core/run/reports.ts'
import { client, RequestError } from '../../../api/index.ts'
import { useApp } from '../../../app/app-store.ts'
import { actorHere } from '../../../app/use-command.ts'
import { wordsOf } from '../../../ui/words.ts'
import { keepDraft, readDraft, type Draft, type DraftRow } from './drafts.ts'
import { draftRow, recordedRows } from './rows.ts'

/** How what is written here stands to the record. */
export type FieldStanding =
  | { readonly kind: 'same' }
  /** Written here, not recorded yet. */
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'saving' }
  /** It is recorded as soon as the engine is back. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly problem: string }
  /** Somebody else has written into it since the writing began here. */
  | { readonly kind: 'conflict' }

export interface FieldEditing {
  readonly text: string
  readonly rows: readonly DraftRow[]
  readonly standing: FieldStanding
  readonly change: (to: { readonly text?: string; readonly rows?: readonly DraftRow[] }) => void
  /** Records what is written; nothing where it is what the record says. */
  readonly save: () => void
  /** In a conflict: what is written here replaces what was written there. */
  readonly keepMine: () => void
  /** Lets go of what is written here. */
  readonly takeTheirs: () => void
}

type Recorded = { readonly text: string; readonly rows?: readonly ReportRow[] }

/** What is to be recorded of a draft, or why it cannot be. */
function recordedOf(
  kind: ReportKind,
  id: string,
  draft: Draft,
): Recorded | { readonly problem: string } {
  const field = reportField(kind, id)
  if (field === undefined) return { problem: 'This report has no such field.' }
  if (draft.rows === undefined) {
    const text = draft.text.trim()
    const problem = misfit(field, text)
    return problem === undefined ? { text } : { problem }
  }
  const made = recordedRows(draft.rows)
  return 'problem' in made ? made : { text: rowsText(made.rows), rows: made.rows }
}

function isExact(draft: Draft, { text, rows = [] }: WrittenField): boolean {
  return draft.rows === undefined
    ? draft.text === text
    : JSON.stringify(draft.rows) === JSON.stringify(rows.map(draftRow))
}

/** Writing into one field of a report. */
export function useField(run: string, kind: ReportKind, written: WrittenField): FieldEditing {
  const connected = useApp((state) => state.connected)
  const place = { run, report: kind, field: written.id }
  const [draft, setDraft] = useState(() => readDraft(place))
  const [standing, setStanding] = useState<FieldStanding>({ kind: 'same' })
  /** What was sent last: when the record says it, it is our own. */
  const [sent, setSent] = useState<string>()
  const made = draft === undefined ? undefined : recordedOf(kind, written.id, draft)
  /** Changed since it was last sent: a space at the end is the beginning of a word, an empty row one of an action. */
  const [isTouched, setTouched] = useState(true)
  const isSame = made !== undefined && 'text' in made && made.text === written.text
  const isDone = draft !== undefined && (isTouched ? isExact(draft, written) : isSame)
  // What the record says is no draft any more, whoever wrote it.
  if (isDone) setDraft(undefined)
  const open = isDone ? undefined : draft
  const base = sent === written.text ? sent : open?.before
  const isBehind = open !== undefined && base !== written.text

  const isClean = draft === undefined
  const forget = useEffectEvent(() => void keepDraft(place, undefined))
  useEffect(() => {
    if (isClean) forget()
  }, [isClean])

  function keep(next: Draft | undefined): void {
    setDraft(next)
    keepDraft(place, next)
  }

  async function record(to: Recorded, before: string): Promise<void> {
    setStanding({ kind: 'saving' })
    setSent(to.text)
    setTouched(false)
    try {
      const result = await client.request('runs.command', {
        run,
        actor: actorHere(),
        command: {
          type: 'report.edit',
          report: kind,
          field: written.id,
          text: to.text,
          before,
          ...(to.rows !== undefined && { rows: [...to.rows] }),
        },
      })
      if (result.ok || result.code === 'same-text') setStanding({ kind: 'same' })
      else if (result.code === 'text-changed') {
        setSent(undefined)
        setTouched(true)
        setStanding({ kind: 'same' })
      } else setStanding({ kind: 'refused', problem: result.message })
    } catch (error) {
      setStanding(
        error instanceof RequestError && error.code === 'disconnected'
          ? { kind: 'waiting' }
          : { kind: 'refused', problem: wordsOf(error) },
      )
    }
  }

  function save(before = base): void {
    if (open === undefined || made === undefined || before === undefined) return
    if (isSame) keep(undefined)
    else if ('problem' in made) setStanding({ kind: 'refused', problem: made.problem })
    else if (!connected) setStanding({ kind: 'waiting' })
    else if (before === written.text) void record(made, before)
  }

  const again = useEffectEvent(() => {
    if (standing.kind !== 'waiting' || made === undefined || 'problem' in made) return
    if (base === written.text) void record(made, base)
  })
  useEffect(
    () =>
      client.onState((state) => {
        if (state.connected) again()
      }),
    [],
  )

  return {
    text: open?.text ?? written.text,
    rows: open?.rows ?? (written.rows ?? []).map(draftRow),
    standing: standingOf({ isOpen: open !== undefined, isBehind, isTouched, standing }),
    change: (to) => {
      setStanding({ kind: 'same' })
      setTouched(true)
      keep({
        text: to.text ?? open?.text ?? written.text,
        before: base ?? written.text,
        ...(to.rows !== undefined && { rows: [...to.rows] }),
      })
    },
    save: () => save(),
    keepMine: () => save(written.text),
    takeTheirs: () => {
      setStanding({ kind: 'same' })
      keep(undefined)
    },
  }
}

function standingOf(of: {
  readonly isOpen: boolean
  readonly isBehind: boolean
  readonly isTouched: boolean
  readonly standing: FieldStanding
}): FieldStanding {
  const { isOpen, isBehind, isTouched, standing } = of
  if (!isOpen) return { kind: 'same' }
  if (standing.kind === 'saving') return standing
  if (isBehind) return { kind: 'conflict' }
  if (standing.kind !== 'same') return standing
  // What was sent and taken is on its way back.
  return { kind: isTouched ? 'unsaved' : 'saving' }
}
