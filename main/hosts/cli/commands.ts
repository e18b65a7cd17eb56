import type { Console } from './console.ts'

/** A subcommand. It is loaded only when it is called, so that `validate` starts as fast as the parser does. */
export interface Command {
  readonly summary: string
  readonly help: string
  load(): Promise<{
    run(words: readonly string[], console: Console): Promise<number>
  }>
}

const RUN_WORDS =
  'RUN is the id of a run, the beginning of one that no other run shares, or “last”.'
const DATA = '  --data DIR          the data folder (default: MUSTER_DATA, then the usual place)'

export const COMMANDS: Readonly<Record<string, Command>> = {
  validate: {
    summary: 'check runbooks without running anything',
    help: `Usage: muster validate PATH… [--environment NAME] [--json] [--data DIR]

Checks Markdown files, and all below folders. Reads nothing but them, and with --environment the
profiles of connections.yaml. “-” reads standard input.

  --environment NAME  also check that every target leads to a profile of this environment
  --json              one JSON document instead of lines
  --data DIR          the data folder with connections.yaml

Exit status: 0 no errors (warnings may be there), 1 errors, 2 a path that cannot be read.`,
    load: () => import('./commands/validate.ts'),
  },
  run: {
    summary: 'run a runbook, in this terminal or from prepared answers',
    help: `Usage: muster run FILE [options]

In a terminal it asks before each thing it does; ? lists the words it knows. With --answers it asks nothing.

  --mode MODE         live (default), drill or walkthrough (nothing executes)
  --input NAME=VALUE  value of an input; NAME alone takes it from the environment. Repeat for more
  --answers FILE      answers prepared in YAML: inputs, confirm, decide, skip
  --commander NAME    who commands the run (default: you)
  --severity SEV      SEV1 (worst) to SEV4
  --declared-at TIME  when the outage was declared: 14:05, an ISO time, or 20m for twenty minutes ago
  --environment NAME  the environment its targets lead to (muster connections list)
  --connect TARGET=PROFILE  another profile than the one the runbook names. Repeat for more
  --no-preflight      start without trying the targets first
  --trust             accept exactly the present content of FILE without being asked
  --json              one JSON line per event, once it is on disk
${DATA}

Exit status: 0 finished, 1 finished with failed steps or the runbook has errors, 2 usage, 3 stopped before the end,
4 aborted, 5 data folder in use or unusable, 6 waits for a person's approval, 7 content not accepted, 8 a target was not reached.`,
    load: () => import('./commands/run.ts'),
  },
  resume: {
    summary: 'go on with a run that was interrupted',
    help: `Usage: muster resume RUN [options]

${RUN_WORDS}
What was running when it was interrupted is unknown until you say what you found. Nothing is run again by itself.

  --answers FILE      answers prepared in YAML, as for run
  --input NAME        a secret input, from the environment; secrets are not kept on disk
  --as NAME           who acts from here on (default: you)
  --json              one JSON line per new event
${DATA}

Exit status as for run.`,
    load: () => import('./commands/resume.ts'),
  },
  runs: {
    summary: 'list runs, newest first',
    help: `Usage: muster runs [--limit N] [--json] [--data DIR]

  --limit N           at most N runs (default 50)
  --json              one JSON array
${DATA}`,
    load: () => import('./commands/runs.ts'),
  },
  show: {
    summary: 'show one run: its steps, blocks, items and outcomes',
    help: `Usage: muster show RUN [--json | --events | --attachment N -o PATH] [--data DIR]

${RUN_WORDS}
  --json              one JSON document
  --events            every event as a JSON line
  --attachment N      save the file N that is kept with the run
  -o, --output PATH   where to; - prints it
  --replace           replace a file that is there
${DATA}`,
    load: () => import('./commands/show.ts'),
  },
  verify: {
    summary: 'check the record of a run, or a bundle that somebody handed over',
    help: `Usage: muster verify RUN|BUNDLE [--checkpoint FILE] [--words "WORDS"] [--key LINE] [--json] [--data DIR]

${RUN_WORDS}
BUNDLE is a zip that muster export made, or the folder it was unpacked to. No data folder is needed for it.

  --checkpoint FILE   a checkpoint that somebody kept; the record must continue it
  --words "WORDS"     eight words that somebody wrote down; an event must have them
  --key LINE          the public key of the device, as muster device prints it there; only what it signed counts
  --json              one JSON document
${DATA}

Each of the first three may be given several times.
Exit status: 0 the record holds together and agrees with what was kept, 1 it does not, 2 there is nothing to check.`,
    load: () => import('./commands/verify.ts'),
  },
  export: {
    summary: 'write a file about a run: a report to read, or all of its data',
    help: `Usage: muster export RUN --format FORMAT [-o PATH] [options]

${RUN_WORDS}

  -f, --format FORMAT html (one file, prints well), pdf, md, json (the report and every event), csv (the timeline),
                      junit, cast (what was recorded in terminals, for asciinema and its like),
                      or bundle (a zip that anybody can check without Muster)
  -o, --output PATH   where to; - prints it. Its ending tells the format (default: beside, named after the run)
  --report KIND       post-mortem (default for a live run), after-action (default else) or audit
  --zone ZONE         time zone shown beside UTC (default: this computer's)
  --recording EVENT   with cast: only what this event recorded (muster show RUN --events), not all of the run in turn
  --host HOST         with --recording: of a check between two batches, the recording of this host
  --asciicast 2       with cast: version 2 of the format, for asciinema from before 3 (default: 3)
  --replace           replace a file that is there
${DATA}

The file appears whole or not at all; Ctrl-C cancels. A PDF is printed by a Chromium, Chrome or Edge on this
computer (MUSTER_CHROMIUM names another).`,
    load: () => import('./commands/export.ts'),
  },
  report: {
    summary: 'print a post-mortem, an after-action report or an audit record',
    help: `Usage: muster report KIND RUN [-o PATH] [options]

KIND is postmortem, aar or audit. ${RUN_WORDS}

  -o, --output PATH   a file instead, of the format its ending tells: .html, .pdf, .md, .json
  --zone ZONE         time zone shown beside UTC (default: this computer's)
  --replace           replace a file that is there
${DATA}`,
    load: () => import('./commands/report.ts'),
  },
  audit: {
    summary: 'all runs of a period for an auditor: control map, exceptions, approvals, redactions',
    help: `Usage: muster audit --from WHEN [--to WHEN] [-o PATH] [options]

WHEN is a year (2026), a quarter (2026-Q3), a month (2026-09), a day (2026-09-30) or a moment (2026-09-30T14:00:00Z).
--to includes what it names; without it the period is what --from names. Every run that began in it is there: failed, aborted,
unfinished, deleted ones too, and those that were still open when it began. Each record is verified for it.

  -f, --format FORMAT html (one file, prints well), pdf, md (default), json, or csv (one line for each run)
  -o, --output PATH   where to; - prints it, and is the default. Its ending tells the format
  --zone ZONE         time zone in which the period is meant, shown beside UTC (default: this computer's)
  --replace           replace a file that is there
${DATA}

Exit status: 0 every record of the period holds together, 1 one does not or cannot be read (the pack is written, and says which).`,
    load: () => import('./commands/audit.ts'),
  },
  checkpoint: {
    summary: 'sign what is recorded of a run, and show the words to read to a witness',
    help: `Usage: muster checkpoint RUN [-o FILE] [--json]

${RUN_WORDS}
Eight words stand for everything recorded up to here. Who has them written down can tell later whether any of it was
changed, also by whoever holds this computer.

  -o, --output FILE   write the signed note to a file, for others to sign; - prints it
  --json              one JSON document
${DATA}

Exit status: 0 signed, 1 it could not be signed.`,
    load: () => import('./commands/checkpoint.ts'),
  },
  witness: {
    summary: 'record who has taken down the words of a run',
    help: `Usage: muster witness RUN --by NAME [--how TEXT] [--words "WORDS"] [--as NAME]

${RUN_WORDS}

  --by NAME           who took them down; somebody else than you
  --how TEXT          how they got them: over the telephone, in the ticket, on paper
  --words "WORDS"     the eight words as the witness reads them back; they must be those of a checkpoint
  --as NAME           who records it (default: you)
${DATA}

Exit status: 0 recorded, 1 these are not the words of this run.`,
    load: () => import('./commands/witness.ts'),
  },
  countersign: {
    summary: "sign a checkpoint of somebody else's run with the key of this computer",
    help: `Usage: muster countersign FILE [-o OUT]

FILE is what muster checkpoint RUN -o FILE wrote on the other computer. The signature says that this Muster has seen it.

  -o, --output OUT    where the signed checkpoint goes (default: FILE.signed)
${DATA}`,
    load: () => import('./commands/countersign.ts'),
  },
  evidence: {
    summary: 'keep a file with a run: a screenshot, a log, a mail',
    help: `Usage: muster evidence RUN FILE [--step ID] [--caption TEXT] [--name NAME] [--as NAME]

${RUN_WORDS} It may be over.
FILE has at most 100 MB; - is what comes in a pipe. What it is, is told by its bytes. Secrets of the run are taken out of text; any
other file with one in it is refused. muster show RUN lists what is kept, and --attachment N -o PATH there saves it.

  --step ID           the step it belongs to (default: the whole run)
  --caption TEXT      what it shows
  --name NAME         another name than the file has
  --as NAME           who gives it (default: you)
${DATA}`,
    load: () => import('./commands/evidence.ts'),
  },
  attach: {
    summary: 'add the signature of a witness to the record of a run',
    help: `Usage: muster attach RUN FILE [--key LINE] [--as NAME]
       muster attach RUN --timestamp [--as NAME]

${RUN_WORDS}
FILE is a checkpoint that another Muster has signed, a signature that ssh-keygen made over a checkpoint
(ssh-keygen -Y sign -n muster-checkpoint -f KEY CHECKPOINT), or the answer of a timestamp service (openssl ts). It is checked first.
Other files are kept with muster evidence.

  --key LINE          the public key of the other Muster, as muster device prints it there
  --timestamp         ask the service in MUSTER_TIMESTAMP_SERVICE for a time stamp of the newest checkpoint
  --as NAME           who adds it (default: you)
${DATA}`,
    load: () => import('./commands/attach.ts'),
  },
  redact: {
    summary: 'take an output out of the record for good; who, when and why stays',
    help: `Usage: muster redact RUN EVENT --kind KIND --reason TEXT [--as NAME]

${RUN_WORDS}
EVENT is the number of the event that has the output; muster show RUN --events lists them. Its bytes leave the disk, and the
record still verifies. What the event itself quotes stays, for events are never changed.

  --kind KIND         what was in it: secret, personal, customer or other
  --reason TEXT       why it may not be kept; this stays in the record
  --as NAME           who does it (default: you)
${DATA}

Exit status: 0 it is gone, 1 it is not.`,
    load: () => import('./commands/redact.ts'),
  },
  delete: {
    summary: 'delete a run that is over; a signed tombstone stays',
    help: `Usage: muster delete RUN --reason TEXT --yes [--as NAME]

${RUN_WORDS}
Its events, outputs, checkpoints and what the search knew of it leave the disk. The tombstone says that there was such a run,
how it ended, who deleted it and why, with the hash of everything that was recorded.

  --reason TEXT       why; this stays
  --yes               without it nothing is deleted
  --as NAME           who does it (default: you)
${DATA}`,
    load: () => import('./commands/delete.ts'),
  },
  retention: {
    summary: 'for how long runs are kept, and which are due',
    help: `Usage: muster retention [--keep MODE=DAYS]… [--apply] [--as NAME]
       muster retention --deleted

Without options: the policy, and the runs that are due. Nothing is deleted by itself.

  --keep MODE=DAYS    keep runs of this mode (live, drill, walkthrough) so many days after their end; MODE=ever
  --apply             delete the runs that are due; a signed tombstone of each stays
  --deleted           list the tombstones instead
  --as NAME           who deletes them (default: you)
${DATA}`,
    load: () => import('./commands/retention.ts'),
  },
  device: {
    summary: 'show the key that signs on this computer, or make a new one',
    help: `Usage: muster device [--new-key] [--json]

  --new-key           make a new key. The old one signs that it is replaced; what it had signed still holds
  --json              one JSON document
${DATA}`,
    load: () => import('./commands/device.ts'),
  },
  connections: {
    summary: 'list and test the places runbooks lead to',
    help: `Usage: muster connections [list] [--environment NAME] [--json]
       muster connections test NAME [--environment NAME] [--json]
       muster connections add NAME [--environment NAME] [--production] [--replace] KEY=VALUE…
       muster connections edit NAME [--environment NAME] KEY=VALUE… (KEY= takes a member away)
       muster connections remove NAME [--environment NAME]
       muster connections import FILE [--replace]
       muster connections path

Profiles stand in connections.yaml in the data folder, which you may edit; path prints where it is.

  --environment NAME  only this environment
  --replace           with import and add: replaces profiles of the same name
  --production        with add: marks the environment as production
  --json              one JSON document
${DATA}

Exit status: 0 fine, 1 mistakes in the file or a place that was not reached, 2 usage.`,
    load: () => import('./commands/connections.ts'),
  },
  serve: {
    summary: 'open Muster in the browser, on this computer only',
    help: `Usage: muster serve [--port N] [--no-open] [--data DIR]

Prints a link that works once, for five minutes. Press Enter for a new one, Ctrl-C to end.

  --port N            a port of 127.0.0.1 (default: any free one)
  --no-open           do not open a browser
${DATA}`,
    load: () => import('./commands/serve.ts'),
  },
}

/** What `muster` alone says. */
export function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length))
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  )
  return `Muster runs runbooks that can be read on paper, rehearsed offline, and proved afterwards.

Usage: muster COMMAND …

${lines.join('\n')}

muster help COMMAND says more; muster --version says which Muster this is.`
}
