import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { client, RequestError } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { go } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { wordsOf } from '../../ui/words.ts'
import { declaredAt, problemOf } from './check-inputs.ts'
import { CommandFields } from './command-fields.tsx'
import { changeDraft, draftStore, EMPTY_DRAFT, forgetDraft, type Draft } from './draft.ts'
import { InputFields } from './input-fields.tsx'
import { ModeChoice } from './mode-choice.tsx'
import { Places } from './places.tsx'
import { unreachedWords } from './unreached.ts'
import { usePlaces } from './use-places.ts'
import styles from './start.module.css'
import { WouldExecute } from './would-execute.tsx'

export type RunbookFile = RequestResult<'library.read'>

function focusFirstProblem(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-accept]:not(:checked)')?.focus()
}

/** Where one types first: the first thing that is missing, or else the choice of the mode. */
function focusFirst(form: HTMLFormElement | null): void {
  const fields = [...(form?.querySelectorAll<HTMLInputElement>('[aria-required="true"]') ?? [])]
  const missing = fields.find(({ value }) => value === '')
  ;(missing ?? form?.querySelector<HTMLElement>('input:checked'))?.focus()
}

/** Everything that is asked before a run begins. Enter starts it; nothing that was typed is lost on the way. */
export function StartForm(props: {
  readonly file: RunbookFile
  /** The file is not any more what is shown: it has to be read again. */
  readonly onStale: () => void
}): ReactNode {
  const { file } = props
  const { path, sha256 } = file
  const runbook = useMemo(() => parseRunbook(file.source).runbook, [file.source])
  const user = useApp((state) => state.settings?.name || (state.info?.user ?? ''))
  const readOnly = useApp((state) => state.info?.readOnly)
  const draft = useStore(draftStore, (drafts) => drafts[path]) ?? EMPTY_DRAFT
  const change = (next: Partial<Draft>): void => changeDraft(path, next)
  const form = useRef<HTMLFormElement>(null)
  const [tried, setTried] = useState(false)
  const [starting, setStarting] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const now = useNow(1000)
  useEffect(() => focusFirst(form.current), [])

  const places = usePlaces(path, runbook, draft)
  const [anyway, setAnyway] = useState<string>()
  const commander = draft.commander ?? user
  const values = Object.fromEntries(
    runbook.inputs.map(({ name, default: fallback }) => [
      name,
      draft.values[name] ?? fallback ?? '',
    ]),
  )
  const asks = draft.mode !== 'walkthrough' && file.trust !== 'trusted'
  const accepted = draft.accepted === sha256
  const when = declaredAt(draft.declared, draft.minutes, draft.time, now)
  const without =
    draft.mode === 'live' && places.needed
      ? unreachedWords(
          places.targets.map(({ name }) => name),
          places.results,
        )
      : undefined
  const problems = [
    ...runbook.inputs.map((input) => problemOf(input, values[input.name] ?? '')),
    commander.trim() === '' ? 'Somebody commands a run.' : undefined,
    when.problem,
    asks && !accepted ? 'Read what would execute, and accept it below.' : undefined,
    without !== undefined && anyway !== without
      ? `${without} Put it right, or say below that you start without.`
      : undefined,
  ].filter((found) => found !== undefined)

  async function start(): Promise<void> {
    if (starting) return
    setTried(true)
    setRefusal(undefined)
    if (problems.length > 0) {
      // The fields are marked with the next paint.
      requestAnimationFrame(() => focusFirstProblem(form.current))
      return
    }
    setStarting(true)
    const { at } = declaredAt(draft.declared, draft.minutes, draft.time, Date.now())
    try {
      const { run } = await client.request('runs.start', {
        path,
        sha256,
        mode: draft.mode,
        inputs: values,
        commander: commander.trim(),
        ...(draft.severity !== undefined && { severity: draft.severity }),
        ...(at !== undefined && { declaredAt: at }),
        acceptContent: accepted,
        connections: { ...places.connections },
        ...(places.environment !== undefined && { environment: places.environment }),
      })
      go({ screen: 'run', run }, 'replace')
      forgetDraft(path)
    } catch (error) {
      setStarting(false)
      if (error instanceof RequestError && error.code === 'changed') {
        setRefusal(
          'The file has changed since you looked at it. This is how it is now: read it again.',
        )
        props.onStale()
      } else {
        setRefusal(wordsOf(error))
      }
    }
  }

  const says = refusal ?? readOnly ?? (tried ? problems[0] : undefined)
  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <header className={styles.head}>
        <h1>{runbook.title}</h1>
        <p className={styles.quiet} title={path}>
          {runbook.kind} · {runbook.steps.length} steps · {path}
        </p>
      </header>
      <div className={styles.columns}>
        <div className={styles.fields}>
          <ModeChoice
            mode={draft.mode}
            onMode={(mode) => {
              setRefusal(undefined)
              change({ mode })
            }}
          />
          <InputFields
            inputs={runbook.inputs}
            values={values}
            tried={tried}
            onValue={(name, value) => change({ values: { ...draft.values, [name]: value } })}
          />
          {places.needed && draft.mode !== 'walkthrough' && (
            <Places
              places={places}
              onEnvironment={(environment) => change({ environment, connections: undefined })}
              onProfile={(target, profile) =>
                change({ connections: { ...places.connections, [target]: profile } })
              }
            />
          )}
          <CommandFields
            draft={draft}
            commander={commander}
            tried={tried}
            declaredProblem={when.problem}
            onChange={change}
          />
        </div>
        <WouldExecute runbook={runbook} mode={draft.mode} trust={file.trust} />
      </div>
      <footer className={styles.foot}>
        <div role="alert" className={styles.problem}>
          {says}
        </div>
        {without !== undefined && (
          <label className={styles.accept}>
            <input
              type="checkbox"
              data-accept
              checked={anyway === without}
              onChange={(event) => setAnyway(event.target.checked ? without : undefined)}
            />
            {without} Start all the same
          </label>
        )}
        {asks && (
          <label className={styles.accept}>
            <input
              type="checkbox"
              data-accept
              checked={accepted}
              onChange={(event) => change({ accepted: event.target.checked ? sha256 : undefined })}
            />
            {file.trust === 'new'
              ? 'I have read what this file would execute'
              : 'I have read what the changed file would execute'}
          </label>
        )}
        <Button onClick={() => go({ screen: 'library', path })}>Back</Button>
        <Button
          type="submit"
          look={draft.mode === 'live' ? 'danger' : 'primary'}
          disabled={starting || readOnly !== undefined}
        >
          {starting ? 'Starting…' : `Start ${draft.mode === 'live' ? 'live run' : draft.mode}`}
        </Button>
      </footer>
    </form>
  )
}
