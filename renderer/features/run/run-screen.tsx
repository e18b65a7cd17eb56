import '@xterm/xterm/css/xterm.css'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { client } from '../../api/index.ts'
import { createRunStore, type RunStore } from '../../api/run-store.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import type { Request } from './screen/run-context.ts'
import { RunView } from './screen/run-view.tsx'
import styles from './screen/screen.module.css'
import { SecretsForm } from './screen/secrets-form.tsx'
import { useAppearance } from './screen/use-appearance.ts'
import { useEngineReadOnly } from './screen/use-engine.ts'
import { appearanceOf } from '../../ui/terminal/appearance.ts'
import { followStreams } from './terminal/live-streams.ts'
import { createTerminalStore, type TerminalStore } from './terminal/terminal-store.ts'

const request: Request = (name, params) => client.request(name, params)

interface Followed {
  readonly store: RunStore
  readonly terminals: TerminalStore
}

/** Follows a run as long as the screen is shown: its events, and a terminal for each of its streams. */
function useFollowed(run: string): Followed | undefined {
  const [followed, setFollowed] = useState<Followed>()
  useEffect(() => {
    const terminals = createTerminalStore(appearanceOf(document.documentElement, 14))
    // The listeners come first: following a run sends its open streams at once.
    const stop = followStreams({
      client,
      run,
      terminals,
      title: (opened) => {
        if (opened.block === undefined) return `Terminal on ${opened.host ?? opened.target}`
        const plan = store.getState().state?.plan
        const on = opened.host === undefined ? '' : `${opened.host}: `
        const name = `${on}${plan === undefined ? opened.block : namesOf(plan).blockName(opened.block)}`
        return opened.attempt === undefined || opened.attempt < 2
          ? name
          : `${name}, attempt ${opened.attempt}`
      },
      // Of many hosts at once the first one stays in front; the others are chosen in the list of hosts.
      shows: ({ block, attempt }) => {
        const { tabs, shown } = terminals.getState()
        const front = tabs.find((tab) => tab.id === shown)
        return front?.block !== block || front?.attempt !== attempt || front?.closed !== false
      },
    })
    const store = createRunStore(client, run)
    // What is followed belongs to this effect: it opens and closes with it.
    // oxlint-disable-next-line react/set-state-in-effect
    setFollowed({ store, terminals })
    return () => {
      stop()
      store.getState().dispose()
      terminals.getState().dispose()
    }
  }, [run])
  return followed?.store.getState().run === run ? followed : undefined
}

/** The run screen: a run as it goes on, or as it went. */
export function RunScreen(props: {
  readonly run: string
  /** The step to show first. */
  readonly step?: string | undefined
  /** Goes back to where runs are listed. */
  readonly onLeave?: () => void
}): ReactNode {
  const followed = useFollowed(props.run)
  if (followed === undefined) return <Loading />
  return <FollowedRun key={props.run} {...followed} step={props.step} onLeave={props.onLeave} />
}

function Loading(): ReactNode {
  return (
    <p className={styles.loading} role="status">
      Opening the run…
    </p>
  )
}

function FollowedRun(
  props: Followed & {
    readonly step: string | undefined
    readonly onLeave: (() => void) | undefined
  },
): ReactNode {
  const { store, terminals } = props
  const replica = useStore(store)
  const engineReadOnly = useEngineReadOnly()
  useAppearance(terminals)
  const { state, summary, status } = replica
  const source = useMemo(
    () =>
      state === undefined || summary === undefined
        ? undefined
        : {
            run: replica.run,
            state,
            summary,
            events: replica.events,
            runbook: replica.runbook,
            lost: Object.values(replica.lost),
            engineReadOnly,
            missingSecrets: replica.missingSecrets,
            terminals,
            request,
            command: replica.command,
            resume: replica.resume,
          },
    [replica, state, summary, engineReadOnly, terminals],
  )
  if (status === 'failed') {
    return (
      <p className={styles.loading} role="alert">
        This run cannot be opened: {replica.problem}
      </p>
    )
  }
  if (source === undefined || status === 'loading') return <Loading />
  return (
    <RunView
      source={source}
      step={props.step}
      onLeave={props.onLeave}
      notice={
        replica.missingSecrets.length > 0 && source.summary.open ? (
          <SecretsForm names={replica.missingSecrets} provide={replica.provideSecrets} />
        ) : null
      }
    />
  )
}
