import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { outputFormats } from "../../../src/image/format.ts";
import type { TransformInput } from "../../../src/image/transform.ts";
import { fits, maxVariantPixels, maxVariantSide } from "../../../src/image/variant-bounds.ts";
import { words } from "../words.ts";
import { changeVariant, ownVariants } from "./wish.ts";

interface VariantFieldsProps {
  readonly variant: TransformInput;
  readonly index: number;
}

type Sides = Pick<TransformInput, "width" | "height">;
type NumberField = "width" | "height" | "quality";

/** The fields of one variant. What the service would refuse is said at the field, and not taken over. */
export function VariantFields({ variant, index }: VariantFieldsProps) {
  const problem = useSignal<string | null>(null);
  const { fields, fitNames, keepFormat, automatic, nameTaken, nameRule, numberRule, tooManyPixels } =
    words.value.wish;

  /** `rule`: what the field takes, in words; the browser's own would be in the browser's language. */
  const take = (
    input: HTMLInputElement,
    fieldsOf: () => Partial<TransformInput>,
    rule: string,
    refusal: string | null,
  ) => {
    input.setCustomValidity("");
    const reason = input.validity.valid ? refusal : rule;
    input.setCustomValidity(reason ?? "");
    problem.value = reason;
    if (reason === null) changeVariant(index, fieldsOf());
  };
  const takeName = ({ currentTarget: input }: { currentTarget: HTMLInputElement }) => {
    const isTaken = ownVariants.value.some(({ name }, at) => at !== index && name === input.value);
    take(input, () => ({ name: input.value }), nameRule, isTaken ? nameTaken : null);
  };
  const number = (field: NumberField, max: number) => (
    <Field name={field} label={fields[field]}>
      <input
        id={idOf(field)}
        type="number"
        min={1}
        max={max}
        step={1}
        placeholder={automatic}
        defaultValue={variant[field]?.toString() ?? ""}
        onInput={({ currentTarget: input }) => {
          const value = input.value === "" ? undefined : input.valueAsNumber;
          const { width = 1, height = 1 }: Sides = { ...variant, [field]: value };
          const refusal = width * height > maxVariantPixels ? tooManyPixels : null;
          take(input, () => ({ [field]: value }), numberRule(fields[field], max), refusal);
        }}
      />
    </Field>
  );

  return (
    <div class="builder-fields">
      <Field name="name" label={fields.name}>
        <input
          id={idOf("name")}
          type="text"
          required
          pattern="[A-Za-z0-9][A-Za-z0-9_\-]{0,63}"
          autocomplete="off"
          defaultValue={variant.name}
          onInput={takeName}
        />
      </Field>
      {number("width", maxVariantSide)}
      {number("height", maxVariantSide)}
      <Field name="fit" label={fields.fit}>
        <select
          id={idOf("fit")}
          value={variant.fit ?? "cover"}
          onChange={({ currentTarget }) =>
            changeVariant(index, { fit: fits.find((fit) => fit === currentTarget.value) })
          }
        >
          {fits.map((fit) => (
            <option key={fit} value={fit}>
              {fitNames[fit]}
            </option>
          ))}
        </select>
      </Field>
      <Field name="format" label={fields.format}>
        <select
          id={idOf("format")}
          value={variant.format ?? "keep"}
          onChange={({ currentTarget }) =>
            changeVariant(index, { format: outputFormats.find((format) => format === currentTarget.value) })
          }
        >
          <option value="keep">{keepFormat}</option>
          {outputFormats.map((format) => (
            <option key={format} value={format}>
              {format.toUpperCase()}
            </option>
          ))}
        </select>
      </Field>
      {number("quality", 100)}
      {problem.value && (
        <p class="reason" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const idOf = (field: string) => `variant-${field}`;

function Field({ name, label, children }: { name: string; label: string; children: ComponentChildren }) {
  return (
    <div class={`builder-field builder-${name}`}>
      <label for={idOf(name)}>{label}</label>
      {children}
    </div>
  );
}
