import type { Diagnostic, TargetDeclaration } from '../../../core/runbook/model.ts'
import { createConnections } from '../../../connections/profiles/connections-file.ts'
import { dataFolder } from '../../data-folder.ts'

/** Targets of a runbook that lead nowhere in an environment, each at the place where the runbook declares it. */
export function targetProblems(
  targets: readonly TargetDeclaration[],
  environment: string,
  data: string | undefined,
): readonly Diagnostic[] {
  const folder = dataFolder(process.env, data === undefined ? [] : ['--data', data])
  const connections = createConnections(folder)
  return targets.flatMap(({ kind, connection, hosts, range }): Diagnostic[] => {
    const names = hosts.length > 1 ? hosts : [connection]
    for (const name of names) {
      const found = connections.resolve(environment, kind, name)
      if ('problem' in found)
        return [{ severity: 'error', code: 'target-unresolved', message: found.problem, range }]
    }
    return []
  })
}
