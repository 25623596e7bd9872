import { useEffect, useState } from "preact/hooks";
import { type BehindView, type DashboardView, dashboardTables } from "../../../dashboard-view.ts";
import { ApiError, api, withTicket } from "./api.ts";
import { Icon } from "./icons.tsx";
import { go, linkTo } from "./route.ts";
import { useShell } from "./store.ts";
import type { Say, Word } from "./words.ts";

const names: Record<(typeof dashboardTables)[number], Word> = {
  tasks: "dashTasks",
  segments: "segments",
  themes: "dashThemes",
  kocs: "dashKocs",
  koes: "dashKoes",
};

type Open = { id: string; name: string; column: string };

/** The managers' tables: every number opens the rows behind it, every row its report, every table its CSV. */
export function Dashboards({ id }: { id?: string }) {
  const { say } = useShell();
  const table = dashboardTables.find((each) => each === id) ?? "tasks";
  return (
    <section class="page" aria-label={say("dashboards")}>
      <div class="page-inner dash">
        <header class="dash-head">
          <button type="button" class="ghost only-narrow" aria-label={say("back")} onClick={() => go("chats")}>
            <Icon name="back" size={22} />
          </button>
          <h2>{say("dashboards")}</h2>
          <a class="dash-review" href={linkTo("tasks", "new")}>
            {say("taskNew")}
          </a>
          <a class="dash-review" href={withTicket("/review")} target="_blank" rel="noreferrer">
            {say("review")}
          </a>
        </header>
        <nav class="dash-tabs" aria-label={say("dashboards")}>
          {dashboardTables.map((each) => (
            <a key={each} href={linkTo("dashboards", each)} aria-current={each === table ? "page" : undefined}>
              {say(names[each])}
            </a>
          ))}
        </nav>
        <Table key={table} table={table} say={say} />
      </div>
    </section>
  );
}

/** What a route answers, or why it does not, in the server's words. */
function useAnswer<T>(path: string): { answer: T | undefined; fault: string } {
  const { say } = useShell();
  const [answer, setAnswer] = useState<T>();
  const [fault, setFault] = useState("");
  useEffect(() => {
    let stale = false;
    api<T>(path)
      .then((read) => !stale && setAnswer(read))
      .catch((cause) => !stale && setFault(cause instanceof ApiError ? cause.message : say("refused.fault")));
    return () => {
      stale = true;
    };
  }, [path]);
  return { answer, fault };
}

function Table({ table, say }: { table: string; say: Say }) {
  const { lang } = useShell();
  const { answer, fault } = useAnswer<DashboardView>(`/api/dashboards/${table}?lang=${lang}`);
  const [by, setBy] = useState({ at: 0, down: true });
  const [open, setOpen] = useState<Open>();
  if (fault) return <p class="profile-empty">{fault}</p>;
  if (!answer) return <p class="profile-empty">…</p>;
  const rank = (value: number | null | undefined) => value ?? Number.NEGATIVE_INFINITY;
  const rows = [...answer.rows].sort(
    (a, b) => (rank(b.cells[by.at]?.value) - rank(a.cells[by.at]?.value)) * (by.down ? 1 : -1),
  );
  return (
    <>
      <p class="dash-note">
        <span>{say("asOf", { time: answer.asOf })}</span>
        <a href={withTicket(`/api/dashboards/${table}/csv?lang=${lang}`)} download>
          CSV
        </a>
      </p>
      {open && (
        <Behind
          key={`${open.id} ${open.column}`}
          table={table}
          open={open}
          say={say}
          onClose={() => setOpen(undefined)}
        />
      )}
      {rows.length === 0 && <p class="profile-empty">{say("dashEmpty")}</p>}
      <div class="dash-wide">
        <table class="dash-table">
          <thead>
            <tr>
              <th scope="col">{answer.title}</th>
              {answer.columns.map((column, at) => (
                <th
                  key={column.key}
                  scope="col"
                  aria-sort={by.at === at ? (by.down ? "descending" : "ascending") : undefined}
                >
                  <button
                    type="button"
                    title={column.how}
                    onClick={() => setBy({ at, down: by.at === at ? !by.down : true })}
                  >
                    {column.label}
                    {by.at === at ? (by.down ? " ↓" : " ↑") : ""}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row" dir="auto">
                  {row.report ? (
                    <a href={withTicket(row.report)} target="_blank" rel="noopener" title={say("healthReport")}>
                      {row.name}
                    </a>
                  ) : (
                    row.name
                  )}
                </th>
                {row.cells.map((cell, at) => {
                  const column = answer.columns[at]!;
                  const here = open?.id === row.id && open.column === column.key;
                  return (
                    <td key={column.key}>
                      {cell.hasRows ? (
                        <button
                          type="button"
                          aria-pressed={here}
                          onClick={() => setOpen(here ? undefined : { id: row.id, name: row.name, column: column.key })}
                        >
                          {cell.text}
                        </button>
                      ) : (
                        <span class="dash-none">{cell.text}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The rows behind a number. */
function Behind({ table, open, say, onClose }: { table: string; open: Open; say: Say; onClose: () => void }) {
  const { lang } = useShell();
  const path = `/api/dashboards/${table}/rows/${encodeURIComponent(open.id)}/${open.column}`;
  const { answer, fault } = useAnswer<BehindView>(`${path}?lang=${lang}`);
  return (
    <section class="panel dash-behind">
      <header>
        <h3 dir="auto">{`${open.name} · ${answer?.title ?? "…"}`}</h3>
        <a href={withTicket(`${path}/csv`)} download>
          CSV
        </a>
        <button type="button" class="ghost" aria-label={say("close")} onClick={onClose}>
          <Icon name="close" size={18} />
        </button>
      </header>
      <p class="dash-note">{fault || answer?.how}</p>
      <div class="dash-wide dash-rows">
        <table class="dash-table">
          <tbody>
            {answer?.rows.map((row, i) => (
              <tr key={i}>
                <td class="dash-when">{row.at}</td>
                <td>{row.person}</td>
                <td>{row.task}</td>
                <td class="dash-text">{row.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer?.more && <p class="dash-note">{say("dashMore", { n: answer.rows.length })}</p>}
    </section>
  );
}
