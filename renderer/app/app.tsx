import { useEffect, useRef, type ReactNode } from 'react'
import { HistoryScreen } from '../features/history/history-screen.tsx'
import { LibraryScreen } from '../features/library/library-screen.tsx'
import { RunScreen } from '../features/run/run-screen.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import { StartScreen } from '../features/start/start-screen.tsx'
import styles from './app.module.css'
import { useApp } from './app-store.ts'
import { Banners } from './banners.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { OutsideDialog } from './outside-dialog.tsx'
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
    case 'settings':
      return 'Settings'
  }
}

function Screen({ route }: { readonly route: Route }): ReactNode {
  const info = useApp((state) => state.info)
  if (info === undefined) return <p className={styles.waiting}>Waiting for the engine…</p>
  switch (route.screen) {
    case 'library':
      return <LibraryScreen selected={route.path} />
    case 'start':
      return <StartScreen key={route.path} path={route.path} />
    case 'runs':
      return <HistoryScreen />
    case 'run':
      return <RunScreen key={route.run} run={route.run} onLeave={() => go({ screen: 'runs' })} />
    case 'settings':
      return <SettingsScreen />
  }
}

/** The window: rail, banners, one screen. */
export function App(): ReactNode {
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const keys = useFrameKeys()
  useAppearance()
  useEffect(() => {
    document.title = `${titleOf(route)} · Muster`
  }, [route])
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
      <Rail route={route} onKeys={keys.show} />
      <div className={styles.column}>
        <Banners />
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
      {keys.shown && <KeysDialog onClose={keys.hide} />}
      <OutsideDialog />
    </div>
  )
}
