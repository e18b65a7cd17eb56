import { planSchema, type Plan } from '../../../main/core/run/plan.ts'
import type { RunState } from '../../../main/core/run/state.ts'

/** A small plan with one of each thing the run screen shows. */
export const plan: Plan = planSchema.parse({
  title: 'Orders: fail over to the replica',
  kind: 'failover',
  system: 'orders',
  objectives: { rtoMs: 900_000, rpoMs: 60_000 },
  roles: ['commander', 'operator'],
  targets: [
    { name: 'laptop', kind: 'local', connection: 'local', hosts: [] },
    { name: 'orders', kind: 'postgres', connection: 'orders', hosts: [] },
  ],
  escalation: [{ afterMs: 900_000, to: 'Team lead' }],
  updates: { everyMs: 1_800_000, to: '#incident' },
  steps: [
    {
      id: 'assess',
      title: 'Assess',
      phase: 'Assess',
      risk: 'safe',
      checklist: 'read-do',
      decide: {
        question: 'Promote now?',
        options: [
          { id: 'promote-now', label: 'Promote now' },
          { id: 'wait', label: 'Wait' },
        ],
      },
      when: [],
      needs: [],
      pointOfNoReturn: false,
      blocks: [],
      items: [{ id: 'assess/item-1', text: 'Open the call' }],
    },
    {
      id: 'promote',
      title: 'Promote the replica',
      phase: 'Promote',
      target: 'laptop',
      risk: 'destructive',
      approve: { role: 'commander', quorum: 2 },
      budgetMs: 180_000,
      checklist: 'read-do',
      when: ['promote-now'],
      needs: [],
      pointOfNoReturn: true,
      blocks: [
        {
          id: 'promote/1',
          verb: 'run',
          language: 'bash',
          executor: 'shell',
          target: 'laptop',
          code: 'pg_ctl promote -D "$PGDATA"',
          pty: false,
          expectations: [],
          implicit: false,
        },
        {
          id: 'promote/2',
          verb: 'check',
          language: 'sql',
          executor: 'sql',
          target: 'orders',
          code: 'select pg_is_in_recovery() as recovering',
          pty: false,
          everyMs: 2000,
          forMs: 60_000,
          expectations: [{ mode: 'rows', text: '[{ "recovering": false }]' }],
          implicit: false,
        },
        {
          id: 'promote/3',
          verb: 'rollback',
          language: 'bash',
          executor: 'shell',
          target: 'laptop',
          code: './rejoin.sh',
          pty: false,
          expectations: [],
          implicit: false,
        },
      ],
      items: [{ id: 'promote/item-1', text: 'Announce the promotion in #incident' }],
    },
    {
      id: 'close',
      title: 'Close',
      phase: 'Promote',
      risk: 'safe',
      checklist: 'read-do',
      when: [],
      needs: [],
      pointOfNoReturn: false,
      blocks: [],
      items: [],
    },
  ],
})

/** The state of a run that has just started; `change` overrides parts of it. */
export function stateOf(change: Partial<RunState> = {}): RunState {
  return {
    phase: 'running',
    run: 'run-1',
    plan,
    mode: 'live',
    runbook: {
      path: '/runbooks/orders.md',
      sha256: 'a'.repeat(64),
      source: { sha256: 'a'.repeat(64), bytes: 1, content: 'b'.repeat(64) },
    },
    commander: 'Ann',
    roles: { commander: 'Ann' },
    offers: {},
    inputs: {},
    secretInputs: [],
    captures: {},
    severities: [],
    startedAt: 1_000_000,
    pauses: [],
    suspended: false,
    steps: Object.fromEntries(
      plan.steps.map(({ id }) => [id, { id, status: 'pending' as const, outOfOrder: false }]),
    ),
    blocks: Object.fromEntries(
      plan.steps.flatMap((step) =>
        step.blocks.map(({ id, verb }) => [
          id,
          { id, step: step.id, verb, status: 'idle' as const, attempts: [], approvals: [] },
        ]),
      ),
    ),
    items: Object.fromEntries(
      plan.steps.flatMap((step) => step.items.map(({ id }) => [id, { id, step: step.id }])),
    ),
    decisions: {},
    notes: [],
    terminals: {},
    deviations: [],
    seq: 1,
    head: '0'.repeat(64),
    ...change,
  }
}
