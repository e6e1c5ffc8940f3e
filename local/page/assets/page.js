// What both pages need. Whatever the system tells goes into the page as text, never as markup.

export const find = (id) => document.getElementById(id);

export const pretty = (value) => JSON.stringify(value, null, 2);

export function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

export const token = {
  get: () => localStorage.getItem("careway.token") || "",
  keep: (text) => localStorage.setItem("careway.token", text),
};
