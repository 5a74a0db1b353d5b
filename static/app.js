// Comfort only: every page and every form works without this file.

const language = document.documentElement.lang;

// A second click must not send a form twice. The name of the clicked button is read
// before the buttons are switched off, and a page that came back from the cache is fresh.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const buttons = [...form.elements].filter((one) => one.type === "submit" && !one.disabled);
    const release = () => buttons.forEach((one) => { one.disabled = false; });
    setTimeout(() => buttons.forEach((one) => { one.disabled = true; }));
    setTimeout(release, 10000); // an answer that is a download leaves the page as it is
    addEventListener("pageshow", release, { once: true });
  });
}

// A long form that was changed asks before it is left by anything but its own buttons.
function guard(form) {
  let changed = Boolean(form.querySelector("[aria-invalid]"));
  const warn = (event) => { if (changed) event.preventDefault(); };
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", warn);
}

// The server counts whole characters, also where this language counts their halves.
function count(area) {
  const note = document.getElementById(`${area.id}-c`);
  const show = () => {
    const left = area.dataset.limit - [...area.value.trim()].length;
    const text = left < 0 ? note.dataset.over : note.dataset.left;
    note.textContent = text.replace("{n}", Math.abs(left).toLocaleString(language));
    note.classList.toggle("is-over", left < 0);
  };
  area.addEventListener("input", show);
  show();
}

// Files that are too many or too large are said before they are sent, so that no text is lost.
function weigh(input) {
  const check = () => {
    const { mostFiles, mostBytes, tooMuch } = input.dataset;
    const files = [...input.files];
    const fits = files.length <= mostFiles && files.every((one) => one.size <= mostBytes);
    input.setCustomValidity(fits ? "" : tooMuch);
    input.reportValidity();
  };
  input.addEventListener("change", check);
  input.form.addEventListener("submit", (event) => {
    check();
    if (input.checkValidity() || event.submitter?.name) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}

// KRDS writes an empty choice in pale grey and a made one in ink.
function ink(select) {
  select.addEventListener("change", () => select.classList.toggle("completed", select.value !== ""));
}

// The account menu closes by Escape and by a click beside it.
function menu(details) {
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
}

// What is being computed is looked for again, until the answer no longer says to wait.
function wait(note) {
  setTimeout(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok && !(await answer.text()).includes("data-wait")) location.reload();
    else wait(note);
  }, note.dataset.wait * 1000);
}

document.querySelectorAll("[data-most-bytes]").forEach(weigh);
document.querySelectorAll("form[method=post]").forEach(sendOnce);
document.querySelectorAll("form[data-guard]").forEach(guard);
document.querySelectorAll("textarea[data-limit]").forEach(count);
document.querySelectorAll(".m-form select.krds-form-select").forEach(ink);
document.querySelectorAll(".m-me").forEach(menu);
document.querySelectorAll("[data-wait]").forEach(wait);
