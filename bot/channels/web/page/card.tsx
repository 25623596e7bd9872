import { useEffect, useRef, useState } from "preact/hooks";
import type { PageCard, PostView } from "../wire.ts";
import { withTicket } from "./api.ts";
import { Icon, Mark } from "./icons.tsx";
import { RichText } from "./rich-text-view.tsx";
import { useSelected, useShell } from "./store.ts";

type Block = PageCard["blocks"][number];
type CardPost = Extract<PostView, { kind: "card" }>;

/** How long a card must be in sight to count as seen. */
const seenMs = 600;

/** A card of koloop's. It tells koloop once that it was really in sight. */
export function CardView({ post }: { post: CardPost }) {
  const { card } = post;
  const ref = useRef<HTMLElement>(null);
  useSeen(ref, post);
  const fresh = useFreshness(post.editedAt);
  return (
    <article
      ref={ref}
      class={`card${card.settled ? " card-settled" : ""}${fresh ? " card-fresh" : ""}`}
      aria-label={card.title}
    >
      <header class="card-head">
        <Mark size={16} />
        <h3 dir="auto">{card.title}</h3>
      </header>
      {card.blocks.length > 0 && (
        <div class="card-body">
          <Blocks blocks={card.blocks} />
        </div>
      )}
      {card.buttons.length > 0 && <Buttons post={post} />}
      {card.settled && (
        <footer class="card-foot">
          <Icon name="check" size={15} />
          <span dir="auto">{card.settled}</span>
        </footer>
      )}
    </article>
  );
}

/** What a card says, also where it stands on a page of its own. */
export function Blocks({ blocks }: { blocks: Block[] }) {
  return grouped(blocks).map((group, i) => <BlockGroup key={i} blocks={group} />);
}

/** Facts that follow one another stand in one list, so that their values line up. */
function grouped(blocks: Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block.type === "fact" && last?.[0]?.type === "fact") last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function BlockGroup({ blocks }: { blocks: Block[] }) {
  const [first] = blocks;
  if (first?.type !== "fact") return first ? <OneBlock block={first} /> : null;
  return (
    <dl class="facts">
      {blocks.map((fact, i) =>
        fact.type === "fact" ? (
          <div key={i}>
            <dt>{fact.label}</dt>
            <dd dir="auto">
              <RichText text={fact.value} />
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function OneBlock({ block }: { block: Block }) {
  switch (block.type) {
    case "text":
      return (
        <p class="card-text" dir="auto">
          <RichText text={block.text} />
        </p>
      );
    case "quote":
      return (
        <blockquote class="quote" dir="auto">
          {block.from && <cite>{block.from}</cite>}
          <RichText text={block.text} />
        </blockquote>
      );
    case "fact":
      return null; // drawn in its list
    case "link":
      return (
        <a
          class="card-link"
          href={block.url}
          target={block.url.startsWith("#") ? undefined : "_blank"}
          rel="noopener noreferrer"
        >
          <Icon name="link" size={16} />
          <span dir="auto">{block.label}</span>
        </a>
      );
    case "table":
      return <TableView table={block} />;
    case "picture":
      return <PictureView id={block.pictureId} alt={block.alt} />;
    default:
      return block satisfies never;
  }
}

/** Where a phone shows more columns than this beside each other, each has room for a word or two; there a row becomes a paragraph. */
const readableBeside = 4;

function TableView({ table }: { table: Extract<Block, { type: "table" }> }) {
  const side = (column: number) => (table.alignRight.includes(column) ? "figure" : undefined);
  const kindOf = (value: string, column: number) =>
    `${value === "" || value === "–" ? "blank" : ""} ${side(column) ?? ""}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the screen is scrolled by the arrow keys
    <section class="table-frame" tabIndex={0} aria-label={table.columns.join(", ")}>
      <table class={table.columns.length > readableBeside ? "many" : undefined}>
        <thead>
          <tr>
            {table.columns.map((name, i) => (
              <th key={i} scope="col" class={side(i)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, r) => (
            <tr key={r}>
              {row.map((value, i) => (
                <td key={i} class={kindOf(value, i)} dir="auto" data-name={side(i) && table.columns[i]}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PictureView({ id, alt }: { id: string; alt: string }) {
  const { say } = useShell();
  const dialog = useRef<HTMLDialogElement>(null);
  const [broken, setBroken] = useState(false);
  const src = withTicket(`/pictures/${encodeURIComponent(id)}`);
  if (broken) return <p class="picture-missing">{alt}</p>;
  return (
    <figure class="picture">
      <button type="button" aria-label={`${say("enlarge")}:${alt}`} onClick={() => dialog.current?.showModal()}>
        <img src={src} alt={alt} loading="lazy" onError={() => setBroken(true)} />
      </button>
      <dialog ref={dialog} class="lightbox" aria-label={alt}>
        <button type="button" aria-label={say("close")} onClick={() => dialog.current?.close()}>
          <img src={src} alt={alt} />
        </button>
      </dialog>
    </figure>
  );
}

function Buttons({ post }: { post: CardPost }) {
  const { messenger } = useShell();
  const tap = useSelected((state) => state.taps[post.id]);
  return (
    <div class="card-buttons">
      {post.card.buttons.map(({ label, token, tone }) => {
        const pressed = tap?.startsWith(`${token} `) ?? false;
        return (
          <button
            key={token}
            type="button"
            class={`button tone-${tone}${pressed ? " pressed" : ""}${label.length > 9 ? " wide" : ""}`}
            aria-disabled={tap !== undefined}
            aria-busy={pressed}
            onClick={() => messenger.tap(post, token)}
          >
            {pressed && <span class="spinner" />}
            <span dir="auto">{label}</span>
          </button>
        );
      })}
    </div>
  );
}

/** True for a moment after the card was replaced in place, so that the eye finds what changed. */
function useFreshness(editedAt: number | undefined): boolean {
  const [fresh, setFresh] = useState(false);
  const before = useRef(editedAt);
  useEffect(() => {
    if (before.current === editedAt) return;
    before.current = editedAt;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), 1600);
    return () => clearTimeout(timer);
  }, [editedAt]);
  return fresh;
}

function useSeen(ref: { current: HTMLElement | null }, post: CardPost): void {
  const { messenger } = useShell();
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer);
        if (!entry?.isIntersecting) return;
        // A card taller than the window is seen when it fills most of it.
        const share = entry.intersectionRect.height / Math.min(entry.boundingClientRect.height, innerHeight);
        if (share < 0.6) return;
        timer = setTimeout(() => {
          if (document.visibilityState === "hidden") return;
          messenger.sawCard(post);
          observer.disconnect();
        }, seenMs);
      },
      { threshold: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    );
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [post.id]);
}
