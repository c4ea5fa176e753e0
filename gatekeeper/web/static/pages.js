// What makes the pages more pleasant. All of them work without it.
"use strict";

// A form that was sent is not sent twice by an impatient second press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 3000);
});

// Keys: a button, link or field that has one in `data-key` is pressed, followed or gone to by it; in a list j and k move.
const list = document.querySelector("[data-list]");
const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
let here = -1;

function stand(number) {
  if (!rows.length) return;
  rows[here]?.classList.remove("here");
  here = Math.min(Math.max(number, 0), rows.length - 1);
  rows[here].classList.add("here");
  rows[here].querySelector("[data-open]")?.focus();
  rows[here].scrollIntoView({ block: "nearest" });
}

const boxes = list ? [...list.querySelectorAll("[data-row] input[type=checkbox]")] : [];
const every = list?.querySelector("[data-all]");
const said = list?.querySelector("[data-ticked]");

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  if (said) said.textContent = ticked ? `${ticked} ticked:` : "Tick messages, then:";
  if (every) {
    every.checked = ticked > 0 && ticked === boxes.length;
    every.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

if (every && boxes.length) {
  every.hidden = false;
  every.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = every.checked; });
    tell();
  });
  list.addEventListener("change", tell);
  tell();
}

const keys = document.getElementById("keys");
document.querySelectorAll("[data-help]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => keys?.showModal());
});

function tick() {
  const box = rows[here]?.querySelector("input[type=checkbox]");
  if (!box) return;
  box.checked = !box.checked;
  tell();
}

function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found.matches("input")) {
    found.focus();
  } else if (found.matches("form")) {
    found.requestSubmit();
  } else {
    if (list && found.form === list && !boxes.some((box) => box.checked)) {
      if (here < 0) return false;
      tick();
    }
    found.click();
  }
  return true;
}

const moves = {
  j: () => stand(here + 1),
  k: () => stand(here - 1),
  x: tick,
  o: () => rows[here]?.querySelector("[data-open]")?.click(),
  "?": () => keys?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || keys?.open) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const move = moves[event.key];
  if (move) {
    event.preventDefault();
    move();
  } else if (event.key.length === 1 && press(event.key)) {
    event.preventDefault();
  }
});
