// Search, and "Try it".

import { find, pretty, token } from "./page.js";

const articles = [...document.querySelectorAll(".operation")];
const words = new Map(articles.map((article) => [article, `${article.id} ${article.textContent}`.toLowerCase()]));

function search() {
  const wanted = find("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const article of articles) {
    const fits = wanted.every((word) => words.get(article).includes(word));
    article.hidden = !fits;
    document.querySelector(`[data-operation="${article.id}"]`).hidden = !fits;
    found += fits;
  }
  for (const part of document.querySelectorAll("section.tag, .contents .group")) {
    const inside = [...part.querySelectorAll(".operation, [data-operation]")];
    part.hidden = inside.length > 0 && inside.every((each) => each.hidden);
  }
  find("found").textContent = wanted.length ? `${found} of ${articles.length} operations` : `${articles.length} operations`;
}

find("search").addEventListener("input", search);
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  pressed.preventDefault();
  find("search").focus();
});

find("token").value = token.get();
find("token").addEventListener("input", () => token.keep(find("token").value.trim()));

async function send(article) {
  const form = article.querySelector("form");
  const [said, came] = [form.querySelector(".said"), form.querySelector("pre")];
  const { path, query, headers } = asked(article, form);
  const body = form.elements.body?.value;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  said.textContent = "…";
  const begun = performance.now();
  try {
    const answer = await fetch(path + query, { method: article.dataset.method, headers, body });
    const text = await answer.text();
    said.textContent = `${answer.status} in ${Math.round(performance.now() - begun)} ms`;
    came.textContent = readable(text);
    came.hidden = false;
  } catch (error) {
    said.textContent = `Nothing came back: ${error.message}`;
  }
}

function asked(article, form) {
  const headers = { "Accept-Language": find("language").value };
  if (find("token").value) headers.Authorization = find("token").value.trim();
  const query = new URLSearchParams();
  let path = article.dataset.path;
  for (const { name, value, dataset } of form.querySelectorAll("[data-where]")) {
    if (dataset.where === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && dataset.where === "query") query.set(name, value);
    else if (value) headers[name] = value;
  }
  return { path, query: query.size ? `?${query}` : "", headers };
}

function readable(text) {
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}

for (const article of articles) {
  article.querySelector("form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    send(article);
  });
}

search();
