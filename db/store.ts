import { answersTable } from "./answers.ts";
import { approvalsTable } from "./approvals.ts";
import type { Backend, Connection, TransactionOptions } from "./backend.ts";
import { codesTable } from "./codes.ts";
import { consentsTable } from "./consents.ts";
import { conversationsTable } from "./conversations.ts";
import { deadLettersTable } from "./dead-letters.ts";
import { deedsTable } from "./deeds.ts";
import { erasureTable } from "./erasure.ts";
import { experienceTable } from "./experience.ts";
import { influenceTable } from "./influence.ts";
import { intakeTable } from "./intake.ts";
import { jobsTable } from "./jobs.ts";
import { learningTable } from "./learning.ts";
import { ledgerTable } from "./ledger.ts";
import { locksTable } from "./locks.ts";
import { momentsTable } from "./moments.ts";
import { outboxTable } from "./outbox.ts";
import { peopleTable } from "./people.ts";
import { peopleLogTable } from "./people-log.ts";
import { phrasesTable } from "./phrases.ts";
import { postFiguresTable } from "./post-figures.ts";
import { profilesTable } from "./profiles.ts";
import { reportFactsTable } from "./report-facts.ts";
import { retentionTable } from "./retention.ts";
import { segmentsTable } from "./segments.ts";
import { settingsTable } from "./settings.ts";
import { staffWorkTable } from "./staff-work.ts";
import { submissionsTable } from "./submissions.ts";
import { subscriptionsTable } from "./subscriptions.ts";
import { suggestionsTable } from "./suggestions.ts";
import { tasksTable } from "./tasks.ts";
import { teamsTable } from "./teams.ts";
import { templatesTable } from "./templates.ts";
import { vocabularyTable } from "./vocabulary.ts";

/** Every sentence that koloop says to its database, by group of tables, over one connection. */
export function tablesOver(connection: Connection) {
  return {
    connection,
    people: peopleTable(connection),
    peopleLog: peopleLogTable(connection),
    codes: codesTable(connection),
    conversations: conversationsTable(connection),
    ledger: ledgerTable(connection),
    profiles: profilesTable(connection),
    suggestions: suggestionsTable(connection),
    segments: segmentsTable(connection),
    deeds: deedsTable(connection),
    vocabulary: vocabularyTable(connection),
    moments: momentsTable(connection),
    tasks: tasksTable(connection),
    teams: teamsTable(connection),
    templates: templatesTable(connection),
    submissions: submissionsTable(connection),
    intake: intakeTable(connection),
    learning: learningTable(connection),
    experience: experienceTable(connection),
    phrases: phrasesTable(connection),
    influence: influenceTable(connection),
    retention: retentionTable(connection),
    approvals: approvalsTable(connection),
    consents: consentsTable(connection),
    erasure: erasureTable(connection),
    reportFacts: reportFactsTable(connection),
    postFigures: postFiguresTable(connection),
    staffWork: staffWorkTable(connection),
    outbox: outboxTable(connection),
    deadLetters: deadLettersTable(connection),
    jobs: jobsTable(connection),
    locks: locksTable(connection),
    settings: settingsTable(connection),
    answers: answersTable(connection),
    subscriptions: subscriptionsTable(connection),
  };
}

/** The tables inside a transaction. */
export type Tx = ReturnType<typeof tablesOver>;

export type Store = {
  readonly backend: Backend;
  /** All or nothing. What it returns has been committed. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Reads what is committed; writing here is refused. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export function storeOver(backend: Backend): Store {
  const made = new WeakMap<Connection, Tx>();
  const tablesOf = (connection: Connection): Tx => {
    let tables = made.get(connection);
    if (!tables) {
      tables = tablesOver(connection);
      made.set(connection, tables);
    }
    return tables;
  };
  return {
    backend,
    transaction: (work, options) => backend.transaction((connection) => work(tablesOf(connection)), options),
    read: (work) => backend.read((connection) => work(tablesOf(connection))),
    close: () => backend.close(),
  };
}
