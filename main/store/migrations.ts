/**
 * The form of the database, as numbered steps. A step that was released is never edited: the next form is a new step.
 * `PRAGMA user_version` says how many were taken.
 */
export interface Migration {
  readonly version: number
  readonly sql: string
}

const LOG_AND_STORES = `
  -- The truth. The bytes are the canonical JSON that was hashed; nothing beside them can disagree with them.
  create table event (
    run   text    not null check (run <> ''),
    seq   integer not null check (seq > 0),
    bytes blob    not null,
    hash  text    not null check (length(hash) = 64),
    unique (run, seq)
  ) strict;
  create index event_first on event (run) where seq = 1;
  create trigger event_in_order before insert on event
  when new.seq <> (select coalesce(max(seq), 0) + 1 from event where run = new.run)
  begin select raise(abort, 'events are appended in order, without gaps'); end;
  create trigger event_no_update before update on event
  begin select raise(abort, 'events are never changed'); end;
  create trigger event_no_delete before delete on event
  begin select raise(abort, 'events are never removed'); end;

  -- Computed from events; may be lost.
  create table run (
    run        text    primary key,
    started_at integer not null,
    phase      text    not null,
    events     integer not null,
    summary    text    not null
  ) strict, without rowid;
  create index run_newest on run (started_at desc, run desc);
  create index run_unfinished on run (started_at) where phase in ('running', 'paused');

  -- The salt makes a name say nothing about short content once the content is redacted.
  create table blob (
    run     text    not null,
    sha256  text    not null check (length(sha256) = 64),
    salt    blob    not null check (length(salt) = 16),
    bytes   integer not null check (bytes >= 0),
    content text    not null check (length(content) = 64),
    label   text,
    primary key (run, sha256)
  ) strict, without rowid;
  create unique index blob_salt on blob (run, salt);
  create index blob_label on blob (run) where label is not null;

  -- Output that is being written: its file is spool/<run>/<salt>.
  create table spool (
    run   text not null,
    salt  blob not null check (length(salt) = 16),
    label text not null,
    primary key (run, salt)
  ) strict, without rowid;

  create table trusted (
    path   text    not null,
    sha256 text    not null,
    at     integer not null,
    primary key (path, sha256)
  ) strict, without rowid;

  -- One row a setting, as JSON: a damaged one costs one setting.
  create table setting (name text primary key, value text not null) strict, without rowid;

  -- device: who this laptop is, in every event.
  create table identity (name text primary key, value text not null) strict, without rowid;

  create table added_file (path text primary key, at integer not null) strict, without rowid;
`

const SEARCH = `
  -- What can be searched for; computed from events and outputs, may be lost.
  create table search_text (
    id    integer primary key,
    run   text not null,
    place text not null check (place in ('run', 'note', 'output')),
    step  text,
    block text,
    text  text not null
  ) strict;
  create index search_text_run on search_text (run, place);

  -- Any part of a word from three characters on: host names, tickets, text without spaces.
  -- The text is folded before it is indexed, so the tokenizers have nothing to fold.
  create virtual table search_part using fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
  );
  -- Beginnings of words, for one and two characters, which the trigrams cannot answer.
  create virtual table search_word using fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '1 2',
    tokenize = 'unicode61 remove_diacritics 0'
  );
`

const EVIDENCE = `
  -- Signed notes (C2SP) over the first \`size\` events of a run. The event after one carries the SHA-256 of its bytes.
  create table checkpoint (
    run   text    not null,
    size  integer not null check (size > 0),
    why   text    not null,
    note  blob    not null,
    -- The full subtrees of the tree at that size, 32 bytes each: from there it can grow without the earlier events.
    peaks blob    not null check (length(peaks) % 32 = 0),
    primary key (run, size)
  ) strict, without rowid;

  -- Public keys this data folder has signed with; they stay when the key is replaced.
  create table device_key (
    line        text    primary key,
    keeper      text    not null,
    made_at     integer not null,
    retired_at  integer,
    -- The statement, signed by this key and the one before it, that this one takes its place.
    endorsement blob
  ) strict, without rowid;

  -- Runs that were deleted whole: a signed note says what stood there, who deleted it and why.
  create table tombstone (
    run  text    primary key,
    at   integer not null,
    note blob    not null
  ) strict, without rowid;
  drop trigger event_no_delete;
  create trigger event_no_delete before delete on event
  when not exists (select 1 from tombstone where tombstone.run = old.run)
  begin select raise(abort, 'events are never removed'); end;
  create trigger event_after_tombstone before insert on event
  when exists (select 1 from tombstone where tombstone.run = new.run)
  begin select raise(abort, 'a run that was deleted does not come back'); end;
`

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: LOG_AND_STORES },
  { version: 2, sql: SEARCH },
  { version: 3, sql: EVIDENCE },
]

/** The form this program writes. */
export const CURRENT_VERSION = MIGRATIONS.at(-1)?.version ?? 0
