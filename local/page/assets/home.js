// Shows what the JSON doors under /_local/ tell. It asks /_local/status every two seconds, and a door only when
// there is something new behind it.

import { element, find, pretty, token } from "./page.js";

const EVERY = 2000;
const MOST_SHOWN = 200;

async function ask(door, body) {
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`/_local/${door}`, sent);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

const several = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;
const stamp = (instant) => new Date(instant).toISOString().slice(0, 19).replace("T", " ");

// A list, newest first, that leaves the rows alone that are there already: what is open stays open, and the
// keyboard stays where it is.
function listed(name, { row, words }) {
  const [list, filter, none, count] = ["list", "filter", "none", "count"].map((part) => find(`${name}-${part}`));
  let items = [];
  let rows = new Map();

  function show() {
    const wanted = filter.value.trim().toLowerCase();
    const numbers = [...items.keys()].filter((number) => !wanted || words(items[number]).toLowerCase().includes(wanted));
    const shown = numbers.slice(-MOST_SHOWN).reverse();
    const fitting = new Set(shown.map(made));
    for (const old of [...list.children]) if (!fitting.has(old)) old.remove();
    [...fitting].forEach((each, place) => {
      if (list.children[place] !== each) list.insertBefore(each, list.children[place] ?? null);
    });
    count.textContent = wanted ? `${numbers.length} of ${items.length}` : items.length || "";
    none.hidden = items.length > 0;
    list.hidden = items.length === 0;
  }

  function made(number) {
    if (!rows.has(number)) rows.set(number, row(items[number], number));
    return rows.get(number);
  }

  filter.addEventListener("input", show);
  return {
    take(all) {
      const anew = all.length < items.length || pretty(all[0]) !== pretty(items[0]);
      if (anew) rows = new Map();
      items = all;
      show();
      return anew;
    },
  };
}

// Mail

const mails = listed("mail", {
  words: (mail) => [mail.subject, mail.text, ...mail.to].join(" "),
  row: (mail) => {
    const about = element("span", { class: "faint" }, mail.to.join(", "));
    const at = element("span", { class: "faint" }, `${stamp(mail.at)} · ${mail.language ?? "no language"}`);
    const button = element("button", { type: "button" }, element("strong", {}, mail.subject || "(no subject)"), about, at);
    button.addEventListener("click", () => choose(mail, button));
    return element("li", {}, button);
  },
});

function showMails(all) {
  if (mails.take(all)) find("letter").hidden = true;
  if (find("letter").hidden) find("mail-list").querySelector("button")?.click();
}

function choose(mail, button) {
  for (const other of find("mail-list").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  find("letter").hidden = false;
  find("letter-subject").textContent = mail.subject;
  find("letter-about").textContent = `from ${mail.from} to ${mail.to.join(", ")}, ${stamp(mail.at)} UTC`;
  find("letter-text").textContent = mail.text ?? "This e-mail has no text.";
  find("letter-attachments").replaceChildren(...mail.attachments.map(attachment));
  // The frame runs no script and loads nothing; its links open beside this page.
  find("letter-html").srcdoc = (mail.html ?? "").replace(/<head[^>]*>/i, '$&<base target="_blank">');
  view(mail.html ? undefined : "text");
}

function attachment({ name, content }) {
  // Bytes of no kind: whatever they hold, a browser keeps them and does not open them.
  const link = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  return element("a", { href: link, download: name || "attachment" }, name || "attachment");
}

function view(chosen) {
  const buttons = [...document.querySelectorAll("[data-view]")];
  const now = chosen ?? buttons.find((button) => button.getAttribute("aria-pressed") === "true").dataset.view;
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.view === now);
  find("letter-html").hidden = now === "text";
  find("letter-html").classList.toggle("phone", now === "phone");
  find("letter-text").hidden = now !== "text";
}

for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => view(button.dataset.view));
}

// Events and log

const events = listed("events", {
  words: (event) => JSON.stringify(event),
  row: (event) => {
    const kind = element("strong", {}, event["detail-type"]);
    const at = element("span", { class: "faint" }, stamp(event.time));
    const ids = element("span", { class: "ids" }, ...idsOf(event).map((id) => element("code", {}, id)));
    return opened([kind, at, ids], event);
  },
});

// What it is about, and whom it names: ids have a prefix, such as `apt_`.
function idsOf({ id, detail }) {
  const named = Object.values(detail.data ?? {}).filter((value) => /^[a-z]{3}_\w+$/.test(value));
  return [...new Set([detail.subject ?? id, ...named])];
}

const lines = listed("log", {
  words: (line) => line,
  row: (line) => {
    const { level = "", time, event, ...rest } = parsed(line);
    const told = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
    const at = element("span", { class: "faint" }, time ? stamp(time * 1000) : "");
    return element("li", { "data-level": level }, at, element("strong", {}, event ?? line), element("span", {}, told.join(" · ")));
  },
});

function parsed(line) {
  try {
    const found = JSON.parse(line);
    return found && typeof found.event === "string" ? found : {};
  } catch {
    return {};
  }
}

function opened(summary, content) {
  return element("li", {}, element("details", {}, element("summary", {}, ...summary), element("pre", { tabindex: 0 }, pretty(content))));
}

// Queues

let queuesShown = "";

function showQueues(queues) {
  if (pretty(queues) === queuesShown) return;
  queuesShown = pretty(queues);
  const held = queues.reduce((sum, queue) => sum + queue.messages.length, 0);
  find("queues-count").textContent = held || "";
  const open = new Set([...document.querySelectorAll("#queues-list details[open]")].map((each) => each.dataset.key));
  find("queues-list").replaceChildren(...queues.map((queue) => queueRow(queue, open)));
}

function queueRow(queue, open) {
  const dead = queue.messages.filter((message) => message.dead).length;
  const waiting = queue.messages.length - dead;
  const state = [waiting && several(waiting, "message"), dead && several(dead, "dead letter")].filter(Boolean).join(", ");
  const head = element("div", { class: "head" }, element("strong", {}, queue.name), element("span", { class: dead ? "bad" : "faint" }, state || "empty"));
  const row = element("li", {}, head);
  for (const message of queue.messages) {
    const key = `${queue.name} ${message.id}`;
    const at = stamp(message.visible_at);
    const summary = message.dead ? `dead since ${at}` : `received ${several(message.received, "time")}, visible ${at}`;
    const item = element("details", { "data-key": key, open: open.has(key) }, element("summary", {}, summary), element("pre", { tabindex: 0 }, bodyOf(message)));
    row.append(item);
  }
  if (dead) {
    const button = element("button", { type: "button" }, "Redrive", element("span", { class: "unseen" }, ` ${queue.name}`));
    button.addEventListener("click", () => doing(find("redriven"), button, async () => {
      const { moved } = await ask(`queues/${encodeURIComponent(queue.name)}/redrive`, {});
      return `${several(moved, "letter")} went back.`;
    }));
    row.append(button);
  }
  return row;
}

function bodyOf(message) {
  try {
    return pretty(JSON.parse(message.body));
  } catch {
    return message.body;
  }
}

// What the buttons do: say how it went, and look again

async function doing(said, button, work) {
  const held = document.activeElement === button;
  button.disabled = true;
  said.textContent = "…";
  said.classList.remove("bad");
  try {
    said.textContent = await work();
  } catch (error) {
    said.textContent = error.message;
    said.classList.add("bad");
  }
  button.disabled = false;
  if (held && document.activeElement === document.body) button.focus();
  await refresh();
}

async function turned(body) {
  const before = seen;
  await ask("clock", body);
  await refresh();
  const came = [several(seen.mails - before.mails, "e-mail"), several(seen.events - before.events, "event")];
  return `It is ${stamp(seen.now)} UTC. On the way: ${came.join(", ")}.`;
}

for (const button of document.querySelectorAll("[data-forward]")) {
  button.addEventListener("click", () => doing(find("turned"), button, () => turned({ forward: button.dataset.forward })));
}

find("turn").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  doing(find("turned"), submitted.submitter, () => turned({ to: `${find("turn-to").value}Z` }));
});

find("payer").addEventListener("click", () => {
  const down = find("payer").getAttribute("aria-checked") === "true";
  doing(find("payer-is"), find("payer"), async () => (await ask("payer", { down }), ""));
});

find("role").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  signIn(submitted.submitter, "token", { role: find("role-name").value });
});

find("account").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  signIn(submitted.submitter, submitted.submitter.value, { email: find("email").value });
});

function signIn(button, door, who) {
  doing(find("signed-in"), button, async () => {
    token.keep((await ask(door, who)).token);
    return showToken();
  });
}

function showToken() {
  const claims = claimsOf(token.get());
  if (!claims) return "";
  find("token-shown").hidden = false;
  find("token").value = token.get();
  find("claims").textContent = pretty(claims);
  const groups = [claims["cognito:groups"] ?? []].flat().join(", ");
  return `${claims.email ?? claims["cognito:username"]}, ${groups || "no role"}, until ${stamp(claims.exp * 1000)} UTC.`;
}

function claimsOf(text) {
  try {
    const bytes = atob(text.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0))));
  } catch {
    return null;
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    find("signed-in").textContent = "Copied.";
  } catch {
    find("token").select();
    find("signed-in").textContent = "Selected: copy it with the keyboard.";
  }
}

find("copy-token").addEventListener("click", () => copy(token.get()));
find("copy-curl").addEventListener("click", () => copy(`curl -s ${location.origin}/v1/profile -H 'Authorization: ${token.get()}'`));

// Looking

let seen = {};
let seenAt = 0;
let looking = Promise.resolve();

async function look() {
  try {
    const found = await ask("status");
    const before = found.now < seen.now ? {} : seen;
    if (found.mails !== before.mails) showMails(await ask("mailbox"));
    if (found.events !== before.events) events.take(await ask("events"));
    if (found.last_line !== before.last_line) lines.take(await ask("logs"));
    if (found.messages || found.messages !== before.messages) showQueues(await ask("queues"));
    [seen, seenAt] = [found, performance.now()];
    showPayer(found.payer_down);
    find("silent").hidden = true;
  } catch (error) {
    find("silent").hidden = false;
    seen = {};
    console.error(error);
  }
  tick();
}

function showPayer(down) {
  find("payer").disabled = down === null;
  find("payer").setAttribute("aria-checked", down === false);
  const text = down === null ? "No payer stand-in runs here." : down ? "It is down: every question fails." : "It answers.";
  if (!find("payer-is").classList.contains("bad") && find("payer-is").textContent !== text) find("payer-is").textContent = text;
}

function tick() {
  if (!seen.now) return;
  const now = new Date(Date.parse(seen.now) + (seen.live ? performance.now() - seenAt : 0));
  const day = now.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  find("now").textContent = `${day}, ${now.toISOString().slice(11, 19)}`;
  find("now").dateTime = now.toISOString();
  find("live").textContent = seen.live ? "UTC, ticking" : "UTC, standing still until it is turned";
  find("turn-to").min = now.toISOString().slice(0, 16);
  expire(now);
}

// A token lasts an hour or so: whoever turns the clock needs another one.
function expire(now) {
  const over = claimsOf(token.get())?.exp * 1000 <= now.getTime();
  if (over && !find("signed-in").classList.contains("bad")) {
    find("signed-in").textContent = "This token has run out: get another one.";
    find("signed-in").classList.add("bad");
  }
}

function refresh() {
  looking = looking.then(look);
  return looking;
}

setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
find("signed-in").textContent = showToken() || find("signed-in").textContent;
refresh();
