// The pre-screening form: built from `form`, judged by `protocol` at every change.

const OUTCOMES = {
  inclusion: { passes: "met", fails: "not met", unknown: "unknown" },
  exclusion: { passes: "does not apply", fails: "applies", unknown: "unknown" },
};
const HAPPENED = { on: "on that day", to: "until", ongoing: "still ongoing", from: "its end is not known" };
const LIMITS = { uln: "upper limit of normal", lln: "lower limit of normal" };
const SHOWN = 5;
let numbered = 0;

/** An element with attributes, listeners (functions) and children. */
function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const sentenceCase = (words) => choiceText(words[0].toUpperCase() + words.slice(1));
const labelled = (words, control, wide = false) => made("label", wide ? { class: "wide" } : {}, made("span", {}, words), control);
const text = (placeholder, mode = "text") => made("input", { type: "text", placeholder, inputmode: mode, spellcheck: "false" });
const button = (words, click, name = false) => made("button", { type: "button", click, "aria-label": name }, words);

/** A list to choose from: pairs of value and words. */
const select = (options) => made("select", {}, ...options.map(([value, words]) => made("option", { value }, words)));

/** Chooses a value, which is added where it is not on the list. */
function pick(control, value) {
  const wanted = String(value);
  if (![...control.options].some((one) => one.value === wanted)) control.append(made("option", { value: wanted }, wanted));
  control.value = wanted;
}

const typed = (control) => control.value.trim() || undefined;
const choicesOf = (choices, unknown = "not known") => [["", unknown], ...choices.map((one) => [one, choiceText(one)])];
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// One value

/** A part of a field: its `nodes`, what is typed (`read`, undefined for nothing) and the way to `fill` it in. */
function amountPart(units, words = "Value") {
  const value = text("not known", "decimal");
  const unit = units.length > 1 ? select(units.map((one) => [one, one])) : null;
  const beside = unit ? [labelled("Unit", unit)] : units.length ? [made("span", { class: "unit" }, units[0])] : [];
  const read = () => {
    if (!typed(value)) return undefined;
    return units.length && units[0] !== "years" ? { value: typed(value), unit: unit ? unit.value : units[0] } : { value: typed(value) };
  };
  const fill = (raw) => {
    value.value = (isRecord(raw) ? raw.value : raw) ?? "";
    if (unit && isRecord(raw) && raw.unit) pick(unit, raw.unit);
  };
  return { nodes: [labelled(words, value), ...beside], read, fill };
}

function choicePart(choices, words, unknown) {
  const control = select(choicesOf(choices, unknown));
  const read = () => typed(control);
  return { nodes: [labelled(words, control)], read, fill: (raw) => pick(control, raw ?? "") };
}

function truthPart(words, unknown) {
  const control = select([["", unknown], ["yes", "yes"], ["no", "no"]]);
  const read = () => (control.value ? control.value === "yes" : undefined);
  const fill = (raw) => (control.value = raw === true ? "yes" : raw === false ? "no" : (raw ?? ""));
  return { nodes: [labelled(words, control)], read, fill };
}

function datePart(words, placeholder = "not known") {
  const control = text(placeholder);
  control.className = "date";
  return { nodes: [labelled(words, control)], read: () => typed(control), fill: (raw) => (control.value = raw ?? "") };
}

function partFor({ kind, units, choices, label }) {
  if (kind === "number") return amountPart(units, label);
  return kind === "choice" ? choicePart(choices, label, "not known") : truthPart(label, "not known");
}

// A field

/** The name of a field with one control, and who is asked. */
const nameOf = ({ label, by }) => (by ? `${label} (the ${by} answers)` : label);

function setField({ choices }) {
  const state = select([["", "not known"], ["known", "known:"]]);
  const boxes = choices.map((one) => [one, made("input", { type: "checkbox" })]);
  const list = made("div", { class: "boxes" }, ...boxes.map(([one, box]) => made("label", { class: "box" }, box, choiceText(one))));
  const show = () => (list.hidden = !state.value);
  state.addEventListener("change", show);
  show();
  const read = () => (state.value ? boxes.filter(([, box]) => box.checked).map(([one]) => one) : undefined);
  const fill = (raw) => {
    state.value = raw ? "known" : "";
    for (const [one, box] of boxes) box.checked = (raw ?? []).includes(one);
    show();
  };
  return { nodes: [labelled("Which", state), list], read, fill };
}

/** Several of a kind, one a row. */
function rowsField(build, words) {
  const list = made("div", { class: "rows" });
  const rows = [];
  const add = (raw) => {
    const row = build();
    if (raw !== undefined) row.fill(raw);
    const drop = () => {
      rows.splice(rows.indexOf(row), 1);
      if (!rows.length) add();
      else rows[0].node.querySelector("input, select").focus();
      row.node.remove();
      update();
    };
    row.node = made("div", { class: "row" }, ...row.nodes, button("×", drop, `Remove this ${words}`));
    rows.push(row);
    list.append(row.node);
    return row;
  };
  const another = button(`Another ${words}`, () => {
    add().node.querySelector("input, select").focus();
    update();
  });
  another.className = "more";
  add();
  const read = () => rows.map((row) => row.read()).filter((one) => one !== undefined);
  const fill = (raw) => {
    rows.length = 0;
    list.replaceChildren();
    for (const one of raw.length ? raw : [undefined]) add(one);
  };
  return { nodes: [list, another], read, fill };
}

function sampleRow({ kind, units, choices, limits }) {
  const value = kind === "finding" ? choicePart(choices, "Result", "not known") : amountPart(units);
  const date = datePart("Date", "day of judging");
  const bounds = limits.map((one) => [one, text("none")]);
  const read = () => {
    const found = value.read();
    if (found === undefined) return undefined;
    const sample = { ...(isRecord(found) ? found : { value: found }) };
    if (date.read()) sample.on = date.read();
    for (const [one, control] of bounds) if (typed(control)) sample[one] = typed(control);
    return sample;
  };
  const fill = (raw) => {
    value.fill(isRecord(raw) && kind === "finding" ? raw.value : raw);
    date.fill(isRecord(raw) ? raw.on : "");
    for (const [one, control] of bounds) control.value = (isRecord(raw) && raw[one]) || "";
  };
  const beside = bounds.map(([one, control]) => labelled(sentenceCase(LIMITS[one]), control));
  return { nodes: [...value.nodes, ...date.nodes, ...beside], read, fill };
}

function seriesField(field) {
  const rows = rowsField(() => sampleRow(field), field.kind === "finding" ? "result" : "value");
  const read = () => (rows.read().length ? rows.read() : undefined);
  const fill = (raw) => rows.fill(raw === undefined || raw === null ? [] : Array.isArray(raw) ? raw : [raw]);
  return { nodes: rows.nodes, read, fill };
}

function occurrenceRow({ attributes }) {
  const start = datePart("Date");
  const how = select(Object.entries(HAPPENED));
  const end = datePart("End");
  const parts = attributes.map((one) => [one.name, partFor(one)]);
  const show = () => (end.nodes[0].hidden = how.value !== "to");
  how.addEventListener("change", show);
  show();
  const read = () => {
    const begun = start.read() ?? null;
    const spans = { on: { on: begun }, to: { from: begun, to: end.read() ?? null }, ongoing: { from: begun, ongoing: true }, from: { from: begun } };
    const known = parts.map(([name, part]) => [name, part.read()]).filter(([, value]) => value !== undefined);
    return { ...spans[how.value], ...Object.fromEntries(known) };
  };
  const fill = (raw) => {
    const one = isRecord(raw) ? raw : { on: raw };
    start.fill(one.on ?? one.from);
    end.fill(one.to);
    how.value = one.ongoing ? "ongoing" : one.to ? "to" : "on" in one ? "on" : "from";
    for (const [name, part] of parts) part.fill(one[name]);
    show();
  };
  return { nodes: [...start.nodes, labelled("Lasting", how), ...end.nodes, ...parts.flatMap(([, part]) => part.nodes)], read, fill };
}

function eventField(field) {
  const unknown = field.closed ? "not recorded: taken as never" : "not known";
  const state = select([["", unknown], ["never", "never"], ["yes", "it happened:"]]);
  const rows = rowsField(() => occurrenceRow(field), "occurrence");
  const others = made("input", { type: "checkbox" });
  const perhaps = made("label", { class: "box" }, others, "there may be others that are not recorded");
  const more = made("div", { class: "history", role: "group", "aria-label": field.label }, ...rows.nodes, perhaps);
  const show = () => (more.hidden = state.value !== "yes");
  state.addEventListener("change", show);
  show();
  const read = () => {
    if (!state.value) return undefined;
    if (state.value === "never") return [];
    return others.checked ? { occurrences: rows.read(), complete: false } : rows.read();
  };
  const fill = (raw) => {
    const list = isRecord(raw) ? raw.occurrences : raw;
    others.checked = isRecord(raw) && raw.complete !== true && !field.closed;
    state.value = list ? (list.length || others.checked ? "yes" : "never") : "";
    rows.fill(list ?? []);
    show();
  };
  return { nodes: [labelled(nameOf(field), state), more], read, fill };
}

const FIELDS = {
  number: (field) => amountPart(field.units, nameOf(field)),
  set: setField,
  lab: seriesField,
  measure: seriesField,
  finding: seriesField,
  event: eventField,
  choice: (field) => choicePart(field.choices, nameOf(field), "not known"),
  yes_no: (field) => truthPart(nameOf(field), field.closed ? "not recorded: taken as no" : "not known"),
  date: (field) => datePart(nameOf(field)),
};

/** A field: one control beside its name, or several under it; and what is amiss below. */
function fieldOf(field) {
  const part = FIELDS[field.kind](field);
  const id = `field-${(numbered += 1)}`;
  const problem = made("p", { class: "problem", id: `${id}-problem` });
  const several = ["lab", "measure", "finding", "set"].includes(field.kind);
  const legend = several ? [made("legend", {}, field.label)] : [];
  const node = made(several ? "fieldset" : "div", { class: "field", id }, ...legend, ...part.nodes, problem);
  (several ? node : node.querySelector("input, select")).setAttribute("aria-describedby", problem.id);
  return { ...field, ...part, id, node, problem };
}

// The whole

const root = document.getElementById("screen");
const typing = root.querySelector("form");
const verdict = root.querySelector(".outcome");
const told = root.querySelector(".told");
const fields = form.groups.flatMap((group) => {
  const built = group.fields.map(fieldOf);
  typing.append(made("h3", {}, group.title), ...built.map((one) => one.node));
  return built;
});
const on = datePart("Judged on");
const today = whenText(judgingDay());
typing.prepend(head());
root.hidden = false;
document.getElementById("screen-waits").remove();

function head() {
  on.fill(today);
  const example = select([["", "an empty form"], ...form.examples.map((one, index) => [index, one.name])]);
  example.addEventListener("change", () => start(form.examples[example.value]));
  const beginning = form.examples.length ? [labelled("Start from", example)] : [];
  const clear = button("Clear", () => {
    example.value = "";
    start();
  });
  const hint = "Dates as 2026-03-05, or 2026-03 or 2026 when no more is known. Values may be bounds, such as <40.";
  return made("div", { class: "row" }, ...on.nodes, ...beginning, clear, made("p", { class: "remark" }, hint));
}

/** Fills the form from an example; none: empties it. */
function start(example = { on: today, record: {} }) {
  const { record } = example;
  on.fill(example.on);
  for (const field of fields) {
    const raw = field.fact ? record[field.fact] : field.anchor ? record.anchors?.[field.anchor] : answered(record, field);
    field.fill(raw ?? undefined);
  }
  update();
}

const answered = (record, { question, label }) => record.answers?.[question] ?? record.answers?.[label];

/** What is typed, as the JSON of a patient. */
function patient() {
  const record = {};
  for (const field of fields) {
    const value = field.read();
    if (value === undefined) continue;
    if (field.fact) record[field.fact] = value;
    else if (field.anchor) (record.anchors ??= {})[field.anchor] = value;
    else (record.answers ??= {})[field.question] = value;
  }
  return record;
}

function update() {
  const record = patient();
  const day = dayTyped();
  for (const field of fields) field.problem.textContent = "";
  if (!day) return;
  const { problems } = readPatient(record, protocol.schema, day);
  for (const field of fields) {
    const path = field.fact ?? (field.anchor ? `anchors.${field.anchor}` : `answers.${field.question}`);
    const mine = problems.filter((one) => one.path === path || [".", "["].includes(one.path.slice(path.length)[0]) && one.path.startsWith(path));
    field.problem.textContent = mine.map(({ words, reason, fix }) => `“${words}”: ${reason}; ${fix}`).join(" ");
  }
  root.classList.toggle("filled", Object.keys(record).length > 0);
  show(Object.keys(protocol.stages).map((stage) => judged(protocol, record, day, stage)), record);
}

function dayTyped() {
  try {
    return judgingDay(on.read());
  } catch (error) {
    verdict.textContent = "The day of judging cannot be read";
    verdict.dataset.outcome = "unknown";
    told.replaceChildren(made("p", {}, `${error.message}.`));
    return null;
  }
}

function show(verdicts, record) {
  const [first] = verdicts;
  verdict.textContent = verdicts.map((one) => (verdicts.length > 1 ? `${sentenceCase(one.stage)}: ${one.verdict}` : sentenceCase(one.verdict))).join("; ");
  verdict.dataset.outcome = first.verdict;
  const parts = verdicts.flatMap((one) => [
    ...(verdicts.length > 1 ? [made("h3", {}, sentenceCase(one.stage))] : []),
    ...(one.verdict === "undetermined" ? nextParts(one.missing) : []),
    ...criteriaParts(one.criteria),
  ]);
  const json = JSON.stringify({ on: first.on, ...record }, null, 1);
  told.replaceChildren(...parts, enteredPart(record, first.on), made("details", {}, made("summary", {}, "This patient as JSON"), made("pre", { tabindex: "0" }, json)));
}

/** What is missing, each thing once: several values may wait for one record. */
function byWords(missing) {
  const found = new Map();
  for (const one of missing) {
    const known = found.get(one.words) ?? { ...one, settles: [], needed_by: [] };
    const joined = (name) => [...new Set([...known[name], ...one[name]])];
    found.set(one.words, { ...known, settles: joined("settles"), needed_by: joined("needed_by") });
  }
  return [...found.values()];
}

/** What to find out next, what settles most first. */
function nextParts(missing) {
  const items = byWords(missing).map(({ feature, words, settles, needed_by }) => {
    const field = fields.find((one) => one.place === form.places[feature]);
    const name = sentenceCase(words).replace(/^“|”$/g, "");
    const go = field ? made("a", { href: `#${field.id}`, click: () => focusOn(field) }, name) : name;
    const others = needed_by.filter((one) => !settles.includes(one));
    const effects = [settles.length ? `settles ${settles.join(", ")}` : "", others.length ? `needed for ${others.join(", ")}` : ""];
    return made("li", {}, go, made("small", {}, effects.filter(Boolean).join("; ")));
  });
  const [first, later] = [items.slice(0, SHOWN), items.slice(SHOWN)];
  const more = made("details", {}, made("summary", {}, `${later.length} more`), made("ol", { class: "next", start: SHOWN + 1 }, ...later));
  return [made("h4", {}, "Find out next"), made("ol", { class: "next" }, ...first), ...(later.length ? [more] : [])];
}

function focusOn(field) {
  setTimeout(() => field.node.querySelector("input, select").focus({ preventScroll: true }));
}

function criteriaParts(criteria) {
  const items = criteria.map(({ id, kind, title, outcome, because, residual }) => {
    const words = outcome === "unknown" ? [residual] : because;
    const mark = made("span", { class: `mark ${outcome}` }, OUTCOMES[kind][outcome]);
    const reasons = words.map((one) => made("span", { class: "reason" }, sentenceCase(one)));
    return made("li", { "data-criterion": id, "data-outcome": outcome }, made("a", { href: `#${form.cards[id]}` }, id), mark, made("span", { class: "name" }, title), ...reasons);
  });
  const of = (kind) => items.filter((_, place) => criteria[place].kind === kind);
  return ["inclusion", "exclusion"].flatMap((kind) =>
    of(kind).length ? [made("h4", {}, `${sentenceCase(kind)} criteria`), made("ul", { class: "judged" }, ...of(kind))] : [],
  );
}

/** What was typed, for paper. */
function enteredPart(record, day) {
  const rows = fields.map((field) => [field.label, field.read()]).filter(([, value]) => value !== undefined);
  const list = rows.flatMap(([label, value]) => [made("dt", {}, label), made("dd", {}, spoken(value))]);
  return made("div", { class: "entered" }, made("h4", {}, `As judged on ${day}`), made("dl", {}, ...list));
}

function spoken(value) {
  if (Array.isArray(value)) return value.length ? value.map(spoken).join("; ") : "none";
  if (!isRecord(value)) return valueText(value);
  const { value: amount, unit, occurrences, complete, ...rest } = value;
  if (occurrences) return `${spoken(occurrences)}; perhaps others`;
  const words = Object.entries(rest).map(([name, one]) => {
    const said = LIMITS[name] ?? choiceText(name);
    return one === true ? said : `${said} ${one === null ? "an unknown date" : spoken(one)}`;
  });
  return [amount === undefined ? "" : withUnit(choiceText(amount), unit ?? ""), ...words].filter(Boolean).join(" ");
}

typing.addEventListener("submit", (event) => event.preventDefault());
typing.addEventListener("input", update);
update();
