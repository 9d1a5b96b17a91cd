import "./filters.css";
import { hrefOf, type ViewName } from "../address.ts";

interface FiltersProps<Status extends string> {
  readonly view: ViewName;
  /** What is chosen here, for those who hear it. */
  readonly label: string;
  readonly all: string;
  /** Each status with its word. */
  readonly statuses: Readonly<Record<Status, string>>;
  readonly current: Status | undefined;
}

/** Links to the parts of a list by status; each is an address of its own. */
export function Filters<Status extends string>(props: FiltersProps<Status>) {
  const { view, label, all, statuses, current } = props;
  return (
    <nav class="filters" aria-label={label}>
      <a href={hrefOf(view)} aria-current={current ? undefined : "true"}>
        {all}
      </a>
      {Object.entries<string>(statuses).map(([status, word]) => (
        <a
          key={status}
          href={hrefOf(view, { status })}
          aria-current={status === current ? "true" : undefined}
        >
          {word}
        </a>
      ))}
    </nav>
  );
}

/** The status that an address asks for, if there is such a one. */
export function statusAmong<Status extends string>(
  statuses: Readonly<Record<Status, string>>,
  wanted: string | undefined,
): Status | undefined {
  return (Object.keys(statuses) as Status[]).find((status) => status === wanted);
}
