import type { RunView } from '../screen/run-context.ts'

/** Opens the panel for files, or adds to those that are in it already. */
export function openAttach(
  { screen, takesFiles }: Pick<RunView, 'screen' | 'takesFiles'>,
  files: readonly File[],
): void {
  if (!takesFiles) return
  const { panel, open } = screen.getState()
  open({
    kind: 'attach',
    files: [...(panel?.kind === 'attach' ? panel.files : []), ...files],
  })
}
