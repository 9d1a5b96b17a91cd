import "./batches.css";
import { address } from "../../address.ts";
import { BatchList } from "./batch-list.tsx";
import { OneBatch } from "./one-batch.tsx";

/** All batches, or the one that the address names. */
export function BatchesView() {
  const id = address.value.parameters.get("batch");
  return id ? <OneBatch key={id} id={id} /> : <BatchList />;
}
