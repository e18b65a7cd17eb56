import { useEffect, useRef, useState, type ReactNode } from 'react'
import { AuditScreen } from '../features/audit/audit-screen.tsx'
import { HistoryScreen } from '../features/history/history-screen.tsx'
import { LibraryScreen } from '../features/library/library-screen.tsx'
import { ConnectionsScreen } from '../features/connections/connections-screen.tsx'
import { Prompts } from '../features/prompts/prompts.tsx'
import { RecordingScreen } from '../features/recording/recording-screen.tsx'
import { RunScreen } from '../features/run/run-screen.tsx'
import { DeviceSection } from '../features/evidence/device-section.tsx'
import { RetentionSection } from '../features/evidence/retention-section.tsx'
import { EvidenceScreen } from '../features/evidence/evidence-screen.tsx'
import { ReportsScreen } from '../features/reports/reports-screen.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import { StartScreen } from '../features/start/start-screen.tsx'
import { VerifyScreen } from '../features/verify/verify-screen.tsx'
import styles from './app.module.css'
import { appStore, useApp } from './app-store.ts'
import { Banners } from './banners.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { OutsideDialog } from './outside-dialog.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { go, useRoute, type Route } from './route.ts'
import { useAppearance } from './use-appearance.ts'
import { useFrameKeys } from './use-frame-keys.ts'

function titleOf(route: Route): string {
  switch (route.screen) {
    case 'library':
      return 'Library'
    case 'start':
      return 'Start a run'
    case 'runs':
      return 'Runs'
    case 'run':
      return 'Run'
    case 'verify':
      return 'Verify'
    case 'evidence':
      return 'Evidence'
    case 'audit':
      return 'Audit pack'
    case 'report':
      return 'Report'
    case 'recording':
      return 'Recording'
    case 'connections':
      return 'Connections'
    case 'settings':
      return 'Settings'
  }
}

function Screen({ route }: { readonly route: Route }): ReactNode {
  const info = useApp((state) => state.info)
  if (info === undefined) {
    return (
      <p className={styles.waiting} role="status">
        Waiting for the engine…
      </p>
    )
  }
  switch (route.screen) {
    case 'library':
      return <LibraryScreen selected={route.path} />
    case 'start':
      return <StartScreen key={route.path} path={route.path} />
    case 'runs':
      return <HistoryScreen />
    case 'run':
      return (
        <RunScreen
          key={route.run}
          run={route.run}
          step={route.step}
          onLeave={() => go({ screen: 'runs' })}
        />
      )
    case 'verify':
      return <VerifyScreen key={route.run} run={route.run} />
    case 'evidence':
      return <EvidenceScreen key={route.run} run={route.run} />
    case 'audit':
      return <AuditScreen />
    case 'report':
      return (
        <ReportsScreen key={route.run} run={route.run} report={route.report} place={route.place} />
      )
    case 'recording':
      return <RecordingScreen key={`${route.run} ${route.of}`} run={route.run} of={route.of} />
    case 'connections':
      return <ConnectionsScreen />
    case 'settings':
      return (
        <SettingsScreen>
          <DeviceSection />
          <RetentionSection />
        </SettingsScreen>
      )
  }
}

function goToRunningRun(): void {
  const going = appStore.getState().unfinished.find(({ open }) => open)
  if (going) go({ screen: 'run', run: going.run })
}

/** A screen with keys of its own lists them when it gets this key; true when it did. */
function screenListsItsKeys(): boolean {
  return !window.dispatchEvent(new KeyboardEvent('keydown', { key: '?', cancelable: true }))
}

/** The window: rail, banners, one screen. */
export function App(): ReactNode {
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const [dialog, setDialog] = useState<'keys' | 'palette'>()
  const close = (): void => setDialog(undefined)
  const showKeys = (): void => {
    if (!screenListsItsKeys()) setDialog('keys')
  }
  useFrameKeys({
    onKeys: () => setDialog('keys'),
    onPalette: () => setDialog('palette'),
    onRun: goToRunningRun,
  })
  useAppearance()
  const { screen } = route
  const before = useRef(screen)
  useEffect(() => {
    document.title = `${titleOf(route)} · Muster`
  }, [route])
  useEffect(() => {
    if (before.current === screen) return
    before.current = screen
    // Keys and screen readers go on in the new screen, unless it has put the focus somewhere better.
    if (main.current?.contains(document.activeElement) !== true) main.current?.focus()
  }, [screen])
  return (
    <div className={styles.app}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to the content
      </a>
      <Rail route={route} onKeys={showKeys} onPalette={() => setDialog('palette')} />
      <div className={styles.column}>
        <div>
          <Banners />
          <Prompts />
        </div>
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className={styles.main}
          aria-label={titleOf(route)}
        >
          <Screen route={route} />
        </main>
      </div>
      {dialog === 'keys' && <KeysDialog onClose={close} />}
      {dialog === 'palette' && <Palette onClose={close} onKeys={() => setDialog('keys')} />}
      <OutsideDialog />
    </div>
  )
}
