import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What axe finds wrong with a page, in words. `within`: one part of it, where nothing else changed. `colours`: only
 * those, where the same structure was looked at in another theme.
 */
export async function accessibilityProblems(
  page: Page,
  { within, colours = false }: { readonly within?: string; readonly colours?: boolean } = {},
): Promise<readonly string[]> {
  // In a page without frames the legacy mode finds the same, and opens no further page for it.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  // A terminal's own rows are pictures of text; what they show stands in the step as text as well.
  axe.exclude('.xterm')
  if (within !== undefined) axe.include(within)
  if (colours) axe.withRules(['color-contrast'])
  else axe.withTags(TAGS)
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  )
}
