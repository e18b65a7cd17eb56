import { ChevronLeft } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { TargetState } from '../../../../main/core/connection/state.ts'
import type { RequestResult, RunSummary } from '../../../../main/contract/requests.ts'
import type { Command } from '../../../../main/core/run/commands.ts'
import { decide } from '../../../../main/core/run/decide.ts'
import type { RunEvent } from '../../../../main/core/run/events.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import type { Runbook } from '../../../../main/core/runbook/model.ts'
import { Band } from '../band/band.tsx'
import { InjectStrip } from '../band/inject-strip.tsx'
import { RunPanels } from '../band/run-panels.tsx'
import type { Ask } from '../model/ask.ts'
import { partsOf, sourceStep } from '../model/content.ts'
import { namesOf } from '../../../../main/core/report/names.ts'
import { nextAction } from '../model/next.ts'
import { refusalText } from '../model/refusal.ts'
import { isOver } from '../model/position.ts'
import { UploadList } from '../../../ui/attachments/upload-list.tsx'
import { DropHint } from '../attachments/drop-hint.tsx'
import { useGivenFiles } from '../attachments/use-given-files.ts'
import { Viewing } from '../attachments/viewing.tsx'
import { StepView } from '../step/step-view.tsx'
import { StepList } from '../steps/step-list.tsx'
import { Dock } from '../terminal/dock.tsx'
import type { TerminalStore } from '../terminal/terminal-store.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { Announcements } from './announcements.tsx'
import type { Moment } from './key.ts'
import { shownStep } from './keys.ts'
import { KeysPanel } from './keys-panel.tsx'
import { Notices } from './notices.tsx'
import { PrimaryBar } from './primary-bar.tsx'
import { RunContext, useRun, type Request, type RunView as View } from './run-context.ts'
import styles from './screen.module.css'
import { createScreenStore } from './screen-store.ts'
import { useFocusKeeper, useKeys } from './use-keys.ts'
import { usePerform } from './use-perform.ts'

/** What the screen is given of a run; where it comes from is the business of `run-screen.tsx`. */
export interface RunSource {
  readonly run: string
  readonly state: RunState
  readonly events: readonly RunEvent[]
  readonly summary: RunSummary
  readonly runbook: Runbook | undefined
  /** Connections that were lost. */
  readonly lost: readonly TargetState[]
  /** Why the engine writes nothing, when that is so. */
  readonly engineReadOnly: string | undefined
  /** Secret inputs whose values the engine does not have, of a run that is open. */
  readonly missingSecrets: readonly string[]
  readonly terminals: TerminalStore
  readonly request: Request
  readonly command: (actor: string, command: Command) => Promise<RequestResult<'runs.command'>>
  /** Opens an interrupted run for writing. */
  readonly resume: () => Promise<void>
}

/** From this width on, in CSS pixels, the timeline is open when a run is opened. */
const TIMELINE_WIDTH = 1440

function readOnlyReason(source: RunSource): string | undefined {
  if (isOver(source.state)) return 'This run is over: it can be read, not changed.'
  if (source.engineReadOnly !== undefined) return source.engineReadOnly
  if (!source.summary.open) return 'This run was interrupted. Go on with it here, or only read it.'
  return undefined
}

/** The whole run screen. */
export function RunView(props: {
  readonly source: RunSource
  /** The step that the address names. */
  readonly step?: string | undefined
  /** Shown among the notices. */
  readonly notice?: ReactNode
  readonly onLeave?: (() => void) | undefined
}): ReactNode {
  const { source } = props
  const { state, run, terminals, request, command } = source
  const [screen] = useState(() => createScreenStore(window.innerWidth >= TIMELINE_WIDTH))
  const { step: asked } = props
  useEffect(() => {
    if (asked !== undefined) screen.getState().select(asked)
  }, [asked, screen])
  const root = useRef<HTMLDivElement>(null)
  const names = useMemo(() => namesOf(state.plan), [state.plan])
  const chosenActor = useStore(screen, (store) => store.actor)
  const actor = chosenActor ?? state.roles['commander'] ?? state.commander
  const selected = useStore(screen, (store) => store.selected)
  const targets = useStore(screen, (store) => store.targets)
  const edits = useStore(screen, (store) => store.edits)
  const timelineOpen = useStore(screen, (store) => store.timelineOpen)
  const words = useCallback(
    (asked: Command, refusal: { code: string; message: string }) =>
      refusalText(state, names, asked, refusal),
    [state, names],
  )
  const perform = usePerform(screen, command, actor, words)
  const sending = useStore(screen, (store) => store.sending.length > 0)
  const readOnly = readOnlyReason(source)
  const abandoned = !source.summary.open && !isOver(state) && source.engineReadOnly === undefined
  const ask = useMemo(
    (): Ask => (asked) => {
      if (readOnly !== undefined) {
        return { allowed: false, code: 'read-only', message: readOnly, needsReason: false }
      }
      const answer = decide(state, asked, { actor, now: Date.now() })
      return answer.ok
        ? { allowed: true }
        : {
            allowed: false,
            code: answer.code,
            message: answer.message,
            needsReason: answer.needsReason,
          }
    },
    [state, actor, readOnly],
  )
  const { events, summary, runbook, lost } = source
  const takesFiles = source.engineReadOnly === undefined
  const unknownSecrets = summary.open ? source.missingSecrets : state.secretInputs
  const view = useMemo(
    (): View => ({
      run,
      state,
      events,
      summary,
      runbook,
      lost,
      names,
      actor,
      readOnly,
      takesFiles,
      unknownSecrets,
      abandoned,
      ask,
      perform,
      screen,
      terminals,
      request,
    }),
    [
      run,
      state,
      events,
      summary,
      runbook,
      lost,
      names,
      actor,
      readOnly,
      takesFiles,
      unknownSecrets,
      abandoned,
      ask,
      perform,
      screen,
      terminals,
      request,
    ],
  )
  const step = shownStep(view, selected)
  const parts = useMemo(
    () => (step === undefined ? [] : partsOf(step, sourceStep(runbook, step.id))),
    [step, runbook],
  )
  const next = useMemo(
    () => nextAction({ state, step, parts, ask, choices: { targets, edits } }),
    [state, step, parts, ask, targets, edits],
  )
  const moment: Moment = { view, step, next }
  useKeys(moment)
  useFocusKeeper(root)
  const over = useGivenFiles(view)
  useFollow(view, selected)
  useEffect(() => {
    // Whoever hears the screen rather than sees it starts at the step as well: what only surrounds the screen gives way.
    if (document.activeElement?.contains(root.current) === true) {
      root.current
        ?.querySelector<HTMLElement>('[data-region="step"]')
        ?.focus({ preventScroll: true })
    }
  }, [])
  useEffect(() => {
    terminals.setState({
      interrupt: (block, host) =>
        void perform(
          {
            type: 'block.stop',
            block,
            rung: 'interrupt',
            ...(host === undefined ? {} : { host }),
          },
          { kind: 'block', id: block },
          { keepPanel: true },
        ),
    })
  }, [terminals, perform])
  return (
    <RunContext value={view}>
      <div
        ref={root}
        className={styles.screen}
        data-mode={state.mode}
        data-run={run}
        data-events={events.length}
        data-sending={sending ? '' : undefined}
      >
        <div className={styles.edge} aria-hidden />
        <div className={styles.inner}>
          <Band />
          <InjectStrip />
          <RunPanels />
          <KeysPanel />
          {props.notice}
          <UploadList run={run} />
          <Notices onLeave={props.onLeave} {...(abandoned ? { resume: source.resume } : {})} />
          <div className={styles.body}>
            <StepList shown={step?.id} />
            <div className={styles.middle}>
              <div className={styles.top}>
                {step === undefined ? (
                  <p>This run has no steps.</p>
                ) : (
                  <StepView step={step} next={next} />
                )}
                <PrimaryBar moment={moment} />
              </div>
              <Dock />
            </div>
            {timelineOpen ? <Timeline /> : <FoldedTimeline />}
          </div>
        </div>
        <Announcements />
        <Viewing />
        {over ? <DropHint /> : null}
      </div>
    </RunContext>
  )
}

function FoldedTimeline(): ReactNode {
  const { events, screen } = useRun()
  return (
    <aside className={styles.folded} aria-label="Timeline, folded">
      <button
        type="button"
        className={styles.unfold}
        aria-label="Unfold the timeline"
        title="Unfold the timeline (l)"
        onClick={() => screen.getState().set({ timelineOpen: true })}
      >
        <ChevronLeft aria-hidden size="1.1em" />
        <span>
          Timeline, {events.length} {events.length === 1 ? 'event' : 'events'}
        </span>
      </button>
    </aside>
  )
}

/**
 * Follows the run: when the shown step was the one the run was at and it is settled, the next one is shown. A step that
 * a person chose to look at stays.
 */
function useFollow(view: View, selected: string | undefined): void {
  const { state, screen } = view
  const status = selected === undefined ? undefined : state.steps[selected]?.status
  const before = useRef<{ selected: string | undefined; status: string | undefined }>({
    selected,
    status,
  })
  useEffect(() => {
    const was = before.current
    before.current = { selected, status }
    const settledNow =
      was.selected === selected &&
      was.status === 'active' &&
      status !== 'active' &&
      status !== 'rolling-back'
    // Opened by hand and then finished: go on with the run, as if it had not been opened by hand.
    if (selected !== undefined && settledNow && status === 'done')
      screen.getState().set({ selected: undefined })
  }, [selected, status, screen])
}
