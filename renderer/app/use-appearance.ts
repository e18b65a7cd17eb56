import { useEffect } from 'react'
import { useApp } from './app-store.ts'

/** Applies theme and text size to the whole window, and follows the system where that was chosen. */
export function useAppearance(): void {
  const theme = useApp((state) => state.settings?.theme ?? 'system')
  const scale = useApp((state) => state.settings?.scale ?? 100)
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = (): void => {
      document.documentElement.dataset['theme'] =
        theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    }
    apply()
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [theme])
  useEffect(() => {
    document.documentElement.style.setProperty('--scale', String(scale / 100))
  }, [scale])
}
