import type { TargetProbe } from '../../../main/contract/connections.ts'

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** Which targets a run would begin without having reached, as a sentence; undefined: none. */
export function unreachedWords(
  targets: readonly string[],
  results: Readonly<Record<string, TargetProbe>>,
): string | undefined {
  const waiting = targets.filter((name) => results[name] === undefined)
  const bad = targets.filter((name) => {
    const result = results[name]
    return result !== undefined && (result.problem !== undefined || result.probe?.ok === false)
  })
  const words = [
    ...(bad.length === 0 ? [] : [`${list(bad)} ${bad.length === 1 ? 'is' : 'are'} not reached`]),
    ...(waiting.length === 0
      ? []
      : [`${list(waiting)} ${waiting.length === 1 ? 'is' : 'are'} still being tried`]),
  ]
  return words.length === 0 ? undefined : `${words.join('; ')}.`
}
