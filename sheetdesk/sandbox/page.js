"use strict";

// Everything that comes from a spreadsheet is set as text or as a single style, never as HTML.

const WORDS = {
  en: {
    heading: "Local Google Sheets", spreadsheet: "Spreadsheet", person: "You are",
    insert: "Insert row above", delete: "Delete row", ascending: "Sort A → Z", descending: "Sort Z → A",
    headed: "first row is a header", empty: "No spreadsheet yet. One shows up here as soon as a program makes it.",
    owner: "owner", writer: "editor", commenter: "commenter", reader: "viewer",
    locked: "protected", closed: "This tab is protected.", chart: "A chart: not drawn here.", saved: "Saved.", gone: "The sandbox does not answer. Trying again.",
    rows: "{count} rows", hint: "Arrow keys move, Enter or typing edits, Delete empties, Escape gives up.",
  },
  zh: {
    heading: "本机 Google 表格", spreadsheet: "表格", person: "您的身份",
    insert: "在上方插入行", delete: "删除行", ascending: "升序排列", descending: "降序排列",
    headed: "首行是标题", empty: "还没有表格。程序新建后会显示在这里。",
    owner: "所有者", writer: "编辑者", commenter: "评论者", reader: "查看者",
    locked: "受保护", closed: "此工作表受保护。", chart: "图表：此处不绘制。", saved: "已保存。", gone: "沙盒没有响应，正在重试。",
    rows: "共 {count} 行", hint: "方向键移动，回车或直接输入即编辑，Delete 清空，Escape 放弃。",
  },
};
const lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
const say = (key, facts = {}) => WORDS[lang][key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);

const ROW = 26; // pixels, as in the style sheet
const NUMBERS = 48; // width of the column of row numbers
const AROUND = 30; // rows drawn above and below what can be seen
const EVERY = 2500; // milliseconds between looks

const at = (id) => document.getElementById(id);
const scroll = at("scroll");
const state = {
  file: "", tab: null, person: "", row: 0, column: 0, editing: null, shown: null, from: 0,
  lefts: [], asked: 0, drawn: 0,
};

function make(name, text = "", ...classes) {
  const element = document.createElement(name);
  element.textContent = text;
  element.classList.add(...classes);
  return element;
}

function letters(column) {
  let word = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    word = String.fromCharCode(65 + ((rest - 1) % 26)) + word;
  }
  return word;
}

function tell(text, bad = false) {
  at("message").textContent = text;
  at("message").classList.toggle("bad", bad);
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, { ...options, cache: "no-store" });
  return answer.json();
}

// A list of choices is rewritten only when it has changed, so that an open one stays open.
function choices(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...options.map(([value, text]) => {
      const option = make("option", text);
      option.value = value;
      return option;
    }));
  }
  if (select.value !== chosen) select.value = chosen;
}

// Answers to what was asked before somebody chose or did something are no longer drawn.
function renew() {
  state.drawn = state.asked + 1;
  return refresh();
}

async function refresh() {
  const number = ++state.asked;
  try {
    const files = await ask("/page/files");
    if (number < state.drawn) return;
    at("empty").hidden = files.length > 0;
    const known = files.some((file) => file.id === state.file);
    if (!known) [state.file, state.tab] = [files.length ? files[0].id : "", null];
    choices(at("file"), files.map((file) => [file.id, file.title]), state.file);
    for (const id of ["scroll", "tools", "tabs"]) at(id).hidden = !state.file;
    if (!state.file) return;
    const visible = Math.ceil(scroll.clientHeight / ROW) || 40;
    state.from = Math.max(0, Math.floor(scroll.scrollTop / ROW) - AROUND);
    const query = new URLSearchParams({
      from: state.from, count: visible + 2 * AROUND, person: state.person,
      ...(state.tab === null ? {} : { tab: state.tab }),
    });
    const shown = await ask(`/page/files/${encodeURIComponent(state.file)}?${query}`);
    if (number < state.drawn || shown.error) return;
    state.drawn = number;
    [state.tab, state.person] = [shown.tab, shown.person];
    if (at("message").textContent === say("gone")) tell("");
    draw(shown);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    tell(say("gone"), true);
  }
}

function draw(shown) {
  follow(shown);
  state.shown = shown;
  choices(at("person"), shown.people.map((one) => [one.email, `${one.email} (${say(one.role)})`]), shown.person);
  drawTabs(shown);
  state.lefts = [NUMBERS];
  for (const width of shown.widths) state.lefts.push(state.lefts.at(-1) + width);
  at("sizer").style.height = `${(shown.rows + 1) * ROW}px`;
  const head = make("tr");
  head.append(make("th"));
  shown.widths.forEach((width, column) => {
    const cell = make("th", letters(column));
    cell.style.width = cell.style.minWidth = cell.style.maxWidth = `${width}px`;
    freeze(cell, column, shown);
    cell.classList.toggle("active", column === state.column);
    head.append(cell);
  });
  const table = scroll.querySelector("table");
  table.style.width = `${state.lefts.at(-1)}px`;
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...shown.lines.map((line) => drawRow(line, shown)));
  // The frozen rows stay at the top; the others stand where they are in the sheet.
  const first = shown.lines.find((line) => line.row >= shown.frozen);
  const space = first ? (first.row - shown.frozen) * ROW : 0;
  const spacer = make("tr");
  spacer.style.height = `${space}px`;
  if (space > 0) table.tBodies[0].insertBefore(spacer, table.tBodies[0].rows[shown.frozen]);
  scroll.setAttribute("aria-rowcount", shown.rows);
  scroll.classList.toggle("bare", shown.bare);
  scroll.classList.toggle("closed", shown.closed);
  drawCharts(shown);
  mark();
  place();
}

// A frozen column stays beside the row numbers, as a frozen row below the letters.
function freeze(cell, column, shown) {
  if (column >= shown.frozen_columns) return;
  cell.classList.add("fixed");
  cell.classList.toggle("edge", column + (cell.colSpan || 1) >= shown.frozen_columns);
  cell.style.left = `${state.lefts[column]}px`;
}

function drawTabs(shown) {
  const key = JSON.stringify([shown.tabs, shown.tab]);
  if (at("tabs").dataset.key === key) return;
  at("tabs").dataset.key = key;
  at("tabs").replaceChildren(...shown.tabs.map((tab) => {
    const button = make("button", tab.title);
    button.type = "button";
    button.setAttribute("role", "tab");
    button.setAttribute("aria-selected", tab.id === shown.tab);
    button.classList.toggle("hidden", tab.hidden);
    button.addEventListener("click", () => {
      finish(true);
      [state.tab, state.row, state.column] = [tab.id, 0, 0];
      scroll.scrollTo(0, 0);
      renew();
    });
    return button;
  }));
}

function drawRow(line, shown) {
  const row = make("tr");
  row.dataset.row = line.row;
  row.setAttribute("aria-rowindex", line.row + 1);
  row.classList.toggle("frozen", line.row < shown.frozen);
  row.classList.toggle("hidden", Boolean(line.hidden));
  row.append(make("th", String(line.row + 1)));
  let merged = 0; // columns that the cell before still takes
  shown.widths.forEach((_, column) => {
    if (merged > 0) {
      merged -= 1;
      return;
    }
    const facts = line.cells[column] || {};
    const cell = make("td");
    const span = facts.span || 1;
    if (span > 1) [cell.colSpan, merged] = [span, span - 1];
    cell.append(make("span", facts.text || ""));
    overflow(cell, line, column, shown);
    cell.setAttribute("role", "gridcell");
    cell.dataset.column = column;
    cell.id = `r${line.row}c${column}`;
    if (facts.align) cell.classList.add(facts.align);
    if (facts.options) cell.classList.add("choice");
    if (facts.locked) {
      cell.classList.add("locked");
      cell.setAttribute("aria-readonly", "true");
    }
    const style = cell.style;
    if (facts.size) style.fontSize = `${Math.min(facts.size * 1.4, ROW - 7)}px`;
    if (facts.fill) style.backgroundColor = facts.fill;
    if (facts.ink) style.color = facts.ink;
    if (facts.bold) style.fontWeight = "600";
    if (facts.italic) style.fontStyle = "italic";
    if (facts.struck) style.textDecoration = "line-through";
    cell.title = [facts.text, facts.note, facts.locked && say("locked")].filter(Boolean).join("\n");
    if (line.row < shown.frozen) style.top = `${(line.row + 1) * ROW}px`;
    freeze(cell, column, shown);
    row.append(cell);
  });
  if (line.row < shown.frozen) row.cells[0].style.top = `${(line.row + 1) * ROW}px`;
  return row;
}

// A text that is wider than its cell goes on over empty ones to its right. One that is to be wrapped does
// so only where no grid is seen: rows have one height here.
function overflow(cell, line, column, shown) {
  const own = line.cells[column] || {};
  if (!own.text || own.align || (own.within && !shown.bare) || own.options || (own.locked && !shown.closed)) return;
  let end = column + (own.span || 1);
  const first = end;
  const last = column < shown.frozen_columns ? shown.frozen_columns : shown.widths.length;
  for (; end < last; end += 1) {
    const next = line.cells[end] || {};
    if (next.text || next.options || next.span || next.fill !== own.fill) break;
  }
  if (end <= first) return;
  cell.classList.add("over");
  cell.firstChild.style.maxWidth = `${state.lefts[end] - state.lefts[column] - 12}px`;
}

// Charts are not drawn: a box stands where one would.
function drawCharts(shown) {
  scroll.querySelectorAll(".chart").forEach((element) => element.remove());
  for (const chart of shown.charts) {
    const box = make("div", "", "chart");
    box.append(make("strong", chart.title), make("span", say("chart")));
    box.style.top = `${(chart.row + 1) * ROW + 3}px`;
    box.style.left = `${state.lefts[chart.column]}px`;
    [box.style.width, box.style.height] = [`${chart.size[0]}px`, `${chart.size[1]}px`];
    scroll.append(box);
  }
}

// The first cell of what is merged there, or the cell itself.
function whole(row, column) {
  const line = state.shown && state.shown.lines.find((one) => one.row === row);
  for (let first = column - 1; line && first >= 0; first -= 1) {
    if (first + ((line.cells[first] || {}).span || 1) > column) return first;
  }
  return column;
}

const cellAt = (row, column) => document.getElementById(`r${row}c${column}`);

function facts(row, column) {
  const line = state.shown && state.shown.lines.find((one) => one.row === row);
  return (line && line.cells[column]) || {};
}

const print = (line) => line && JSON.stringify(Object.values(line.cells).map((cell) => cell.text));

// Others may insert, delete or sort while somebody types: the words stay with their row.
function follow(shown) {
  const editing = state.editing;
  if (!editing || shown.tab !== state.tab || !editing.print) return;
  const here = shown.lines.find((line) => line.row === editing.row);
  if (print(here) === editing.print) return;
  const same = shown.lines.filter((line) => print(line) === editing.print);
  if (same.length === 1) state.row = editing.row = same[0].row;
}

function mark() {
  scroll.querySelectorAll(".active").forEach((element) => element.classList.remove("active"));
  const cell = cellAt(state.row, state.column);
  if (cell) {
    cell.classList.add("active");
    cell.parentElement.classList.add("active");
    scroll.setAttribute("aria-activedescendant", cell.id);
  }
  const head = scroll.querySelector("thead tr");
  if (head && head.cells[state.column + 1]) head.cells[state.column + 1].classList.add("active");
  at("place").textContent = `${letters(state.column)}${state.row + 1}`;
  at("closed").hidden = !(state.shown && state.shown.closed);
}

function place() {
  if (!state.editing) return;
  const { element, row, column } = state.editing;
  // A frozen cell stands still, and what is being typed into it with it.
  const still = (count, value, scrolled) => (value < count ? scrolled : 0);
  element.style.top = `${(row + 1) * ROW - 1 + still(state.shown.frozen, row, scroll.scrollTop)}px`;
  element.style.left = `${state.lefts[column] - 1 + still(state.shown.frozen_columns, column, scroll.scrollLeft)}px`;
  const end = column + (facts(row, column).span || 1);
  element.style.width = `${Math.max(state.lefts[end] - state.lefts[column] + 2, 120)}px`;
}

function move(rows, columns) {
  const shown = state.shown;
  if (!shown) return;
  state.row = Math.max(0, Math.min(shown.rows - 1, state.row + rows));
  const from = state.column;
  const widest = shown.widths.length - 1;
  const step = columns === 1 ? (facts(state.row, from).span || 1) : columns;
  state.column = whole(state.row, Math.max(0, Math.min(widest, from + step)));
  const top = (state.row + 1) * ROW;
  const covered = (Math.min(shown.frozen, state.row) + 1) * ROW;
  if (state.row >= shown.frozen && top < scroll.scrollTop + covered) scroll.scrollTop = top - covered;
  if (top + ROW > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + ROW - scroll.clientHeight;
  const left = state.lefts[state.column];
  const beside = state.lefts[Math.min(shown.frozen_columns, state.column)];
  if (state.column >= shown.frozen_columns && left < scroll.scrollLeft + beside) scroll.scrollLeft = left - beside;
  const right = state.lefts[state.column + 1];
  if (state.column >= shown.frozen_columns && right > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = right - scroll.clientWidth;
  mark();
}

function edit(start) {
  const found = facts(state.row, state.column);
  finish(true);
  const element = make(found.options ? "select" : "input", "", "editor");
  element.setAttribute("aria-label", at("place").textContent);
  const entered = found.entered ?? found.text ?? "";
  if (found.options) {
    const options = found.options.includes(entered) ? found.options : [entered, ...found.options];
    choices(element, (options.includes("") ? options : ["", ...options]).map((word) => [word, word]), entered);
    element.addEventListener("change", () => finish(true));
  } else {
    element.value = start === null ? entered : start;
  }
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") finish(false);
    else if (event.key === "Enter") { finish(true); move(event.shiftKey ? -1 : 1, 0); }
    else if (event.key === "Tab") { finish(true); move(0, event.shiftKey ? -1 : 1); }
    else return;
    event.preventDefault();
    scroll.focus({ preventScroll: true });
  });
  element.addEventListener("blur", () => finish(true));
  const line = state.shown.lines.find((one) => one.row === state.row);
  state.editing = { element, row: state.row, column: state.column, entered, print: print(line) };
  scroll.append(element);
  place();
  element.focus({ preventScroll: true });
}

function finish(keep) {
  const editing = state.editing;
  if (!editing) return;
  state.editing = null;
  const text = editing.element.value;
  const hadFocus = document.activeElement === editing.element;
  editing.element.remove();
  if (hadFocus) scroll.focus({ preventScroll: true });
  if (keep && text !== editing.entered) act({ act: "edit", row: editing.row, column: editing.column, text });
}

async function act(what) {
  const body = { ...what, file: state.file, tab: state.tab, person: state.person };
  try {
    const answer = await ask("/page/act", body);
    tell(answer.error ? answer.error : say("saved"), Boolean(answer.error));
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    tell(say("gone"), true);
  }
  await renew();
}

function onKey(event) {
  if (event.target !== scroll || event.isComposing) return;
  const page = Math.max(1, Math.floor(scroll.clientHeight / ROW) - 2);
  const steps = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    PageUp: [-page, 0], PageDown: [page, 0], Home: [0, -Infinity], End: [0, Infinity],
  };
  const step = steps[event.key];
  if (step && !event.altKey && !event.metaKey) {
    const far = event.ctrlKey && event.key.startsWith("Arrow") ? Infinity : 1;
    const times = (size) => (size === 0 ? 0 : size * far);
    move(times(step[0]), times(step[1]));
    if (event.ctrlKey && event.key === "Home") move(-Infinity, 0);
  } else if (event.key === "Enter" || event.key === "F2") edit(null);
  else if (event.key === "Delete" || event.key === "Backspace") {
    act({ act: "edit", row: state.row, column: state.column, text: "" });
  } else if (event.key === "Process") {
    // An input method begins: it needs something to write into before its first letter.
    edit("");
    return;
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) edit(event.key);
  else return;
  event.preventDefault();
}

function pick(event) {
  const cell = event.target.closest("td");
  if (!cell || !cell.dataset.column) return;
  finish(true);
  [state.row, state.column] = [Number(cell.parentElement.dataset.row), Number(cell.dataset.column)];
  mark();
}

// The file that the address names after its #.
const named = () => decodeURIComponent(location.hash.slice(1));

function open(file) {
  [state.file, state.tab, state.row, state.column] = [file, null, 0, 0];
  scroll.scrollTo(0, 0);
  return renew();
}

function begin() {
  state.file = named();
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = say("heading");
  document.querySelectorAll("[data-word]").forEach((element) => { element.textContent = say(element.dataset.word); });
  scroll.setAttribute("aria-label", say("hint"));
  tell(say("hint"));
  let waiting = 0;
  scroll.addEventListener("scroll", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      const first = Math.floor(scroll.scrollTop / ROW);
      const last = first + Math.ceil(scroll.clientHeight / ROW);
      const lines = state.shown ? state.shown.lines : [];
      const end = lines.length ? lines.at(-1).row : 0;
      if (first < state.from || (last > end && end < state.shown.rows - 1)) refresh();
    });
  });
  scroll.addEventListener("keydown", onKey);
  scroll.addEventListener("mousedown", pick);
  scroll.addEventListener("dblclick", (event) => { if (event.target.closest("td")) edit(null); });
  at("file").addEventListener("change", () => {
    finish(false);
    open(at("file").value);
    history.replaceState(null, "", `#${encodeURIComponent(state.file)}`);
  });
  addEventListener("hashchange", () => { finish(false); open(named()); });
  at("person").addEventListener("change", () => { state.person = at("person").value; renew(); });
  at("insert").addEventListener("click", () => act({ act: "insert", row: state.row }));
  at("delete").addEventListener("click", () => act({ act: "delete", row: state.row }));
  for (const [id, descending] of [["ascending", false], ["descending", true]]) {
    at(id).addEventListener("click", () => act({
      act: "sort", column: state.column, descending, headed: at("headed").checked,
    }));
  }
  refresh();
  setInterval(refresh, EVERY);
}

begin();
